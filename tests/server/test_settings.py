"""Settings are read once, all problems at once."""

from pathlib import Path

import pytest

from smartpixels_server.settings import Settings, SettingsError, signing_keys


def test_nothing_set_is_fine() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "http://127.0.0.1:8080")
    assert settings.database_url == "sqlite:///smartpixels.db"
    assert settings.secret_file == Path("smartpixels.secret")


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://localhost:8080"), ("::", "http://localhost:8080"), ("::1", "http://[::1]:8080")],
)
def test_the_public_address_follows_the_host(host: str, url: str) -> None:
    assert Settings.from_env({"SMARTPIXELS_HOST": host}).public_url == url


def test_what_is_set_is_used() -> None:
    settings = Settings.from_env(
        {
            "SMARTPIXELS_HOST": "::",
            "SMARTPIXELS_PORT": "0",
            "SMARTPIXELS_DATABASE_URL": "mysql://lights:pass%40word@db/lights",
            "SMARTPIXELS_SECRET": "the newest secret, the earlier secret",
            "SMARTPIXELS_PUBLIC_URL": "https://lights.example/",
            "SMARTPIXELS_ALLOWED_ORIGINS": "https://a.example, https://b.example:8443",
            "SMARTPIXELS_LOG_LEVEL": "debug",
        }
    )
    assert settings.database_url == "mysql+pymysql://lights:pass%40word@db/lights"
    assert settings.secrets == ("the newest secret", "the earlier secret")
    assert settings.public_url == "https://lights.example"
    assert settings.allowed_origins == ("https://a.example", "https://b.example:8443")
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("DATABASE_URL", "postgresql://db"),
        ("DATABASE_URL", "nonsense"),
        ("SECRET", "short"),
        ("PUBLIC_URL", "lights.example"),
        ("PUBLIC_URL", "https://lights.example/below"),
        ("ALLOWED_ORIGINS", "*"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("CLOUDFLARE", "cloudflare"),
        ("PLAY", "dice"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"SMARTPIXELS_{name}: "):
        Settings.from_env({f"SMARTPIXELS_{name}": value})


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_env({"SMARTPIXELS_PORT": "x", "SMARTPIXELS_SECRET": "x", "SMARTPIXELS_LOG_LEVEL": "x"})
    assert len(wrong.value.problems) == 3


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_env(
        {"SMARTPIXELS_SECRET": "not to be shown to anybody", "SMARTPIXELS_DATABASE_URL": "mysql://me:hidden@db/lights"}
    )
    assert "not to be shown" not in repr(settings)
    assert "hidden" not in repr(settings)


def test_a_missing_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = Settings(secret_file=tmp_path / "secret")
    (key,) = signing_keys(settings)
    assert len(key) >= 32
    assert signing_keys(settings) == (key,)
    assert settings.secret_file.stat().st_mode & 0o777 == 0o600


def test_the_secret_lies_beside_the_database() -> None:
    settings = Settings.from_env({"SMARTPIXELS_DATABASE_URL": "sqlite:////var/lib/smartpixels/data.db"})
    assert settings.secret_file == Path("/var/lib/smartpixels/data.secret")
