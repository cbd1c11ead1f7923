"""The command line."""

import json
import socket
from io import StringIO
from pathlib import Path

import pytest

from smartpixels_server.__main__ import main


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTPIXELS_DATABASE_URL", f"sqlite:///{tmp_path}/smartpixels.db")
    monkeypatch.setenv("SMARTPIXELS_PUBLIC_URL", "https://lights.example")


def test_add_prints_code_link_and_picture(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["location", "add", "Żółty dom"]) == 0
    out = capsys.readouterr().out
    assert "https://lights.example/pair/" in out
    assert "https://lights.example/l/zolty-dom" in out
    assert "█" in out


def test_add_list_pair_revoke_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["location", "add", "Our house", "--slug", "house", "--json"])
    added = json.loads(capsys.readouterr().out)
    assert added["slug"] == "house"
    assert added["link"] == f"https://lights.example/pair/{added['code']}"
    main(["location", "pair", "house", "--json"])
    assert json.loads(capsys.readouterr().out)["code"] != added["code"]
    main(["location", "list", "--json"])
    assert [location["slug"] for location in json.loads(capsys.readouterr().out)] == ["house"]
    assert main(["location", "list"]) == 0
    assert "Our house" in capsys.readouterr().out
    assert main(["location", "revoke", "house"]) == 0


def test_the_same_name_twice_gets_another_slug(capsys: pytest.CaptureFixture[str]) -> None:
    for slug in ("our-house", "our-house-2"):
        main(["location", "add", "Our house", "--json"])
        assert json.loads(capsys.readouterr().out)["slug"] == slug
    assert main(["location", "add", "Our house", "--slug", "our-house"]) == 1
    assert "another location has the slug" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["location", "add", " "], "a name has 1 to 64 printable characters"),
        (["location", "add", "x" * 65], "a name has 1 to 64 printable characters"),
        (["location", "add", "Our house", "--slug", "Our House"], "a slug has"),
        (["location", "pair", "nowhere"], "there is no location 'nowhere'"),
        (["location", "revoke", "nowhere"], "there is no location 'nowhere'"),
    ],
)
def test_failures_are_one_clear_line(capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str) -> None:
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert complaint in err
    assert len(err.splitlines()) == 1


def test_wrong_settings_are_all_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTPIXELS_PORT", "x")
    monkeypatch.setenv("SMARTPIXELS_LOG_LEVEL", "loud")
    assert main(["check-config"]) == 2
    err = capsys.readouterr().err
    assert "SMARTPIXELS_PORT" in err
    assert "SMARTPIXELS_LOG_LEVEL" in err


def test_check_config_shows_no_secrets(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTPIXELS_SECRET", "not to be shown to anybody")
    assert main(["check-config"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out)["ok"]
    assert "not to be shown" not in out


def test_a_database_out_of_reach(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTPIXELS_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    assert main(["migrate"]) == 1
    assert "the database does not work" in capsys.readouterr().err


def test_migrating_twice_changes_nothing() -> None:
    assert main(["migrate"]) == 0
    assert main(["migrate"]) == 0


def test_a_port_in_use(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("SMARTPIXELS_PORT", str(taken.getsockname()[1]))
        assert main(["serve"]) == 1
    assert "address already in use" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["location"], ["fly"], ["location", "add"]])
def test_misuse(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert all(word in out for word in ("serve", "migrate", "check-config", "location"))


def test_api_keys_are_made_listed_and_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["api-key", "add", "Scoreboard", "--scope", "read", "--scope", "webhook", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["secret"].startswith("sp_")
    assert main(["api-key", "list"]) == 0
    listed = capsys.readouterr().out
    assert "Scoreboard" in listed
    assert "read webhook" in listed
    assert made["secret"] not in listed
    assert main(["api-key", "revoke", made["key_id"]]) == 0
    assert main(["api-key", "revoke", made["key_id"]]) == 1
    assert "there is no key" in capsys.readouterr().err


def test_operators_are_added_listed_and_get_new_passwords(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["operator", "add", "Ola", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["password"]) >= 20
    main(["location", "add", "Our house"])
    assert main(["operator", "add", "Max", "--location", "our-house", "--totp"]) == 0
    assert "authenticator" in capsys.readouterr().out
    assert main(["operator", "add", "Ola"]) == 1
    monkeypatch.setattr("sys.stdin", StringIO("a long enough password\n"))
    assert main(["operator", "password", "Ola", "--password-stdin"]) == 0
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    assert main(["operator", "password", "Ola", "--password-stdin"]) == 1
    capsys.readouterr()
    assert main(["operator", "list"]) == 0
    assert capsys.readouterr().out.split() == ["Max", "moderator", "Ola", "operator"]
    assert main(["operator", "list", "--json"]) == 0
    assert {one["name"]: one["role"] for one in json.loads(capsys.readouterr().out)} == {
        "Max": "moderator",
        "Ola": "operator",
    }


def test_a_backup_and_back(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert main(["location", "add", "Our house"]) == 0
    assert main(["backup", str(tmp_path / "saved")]) == 0
    assert main(["restore", str(tmp_path / "saved")]) == 1
    assert "not empty" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "saved"), "--force"]) == 0
    monkeypatch.setenv("SMARTPIXELS_DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    assert main(["restore", str(tmp_path / "saved")]) == 0
    assert main(["location", "list"]) == 0
    assert "our-house" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "missing")]) == 1
    assert "No such file" in capsys.readouterr().err
