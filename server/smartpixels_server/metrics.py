"""Numbers about this server, for Prometheus: one registry per application, nothing global."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final, override

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from .errors import SmartPixelsError
from .protocol.errors import ErrorCode

_LATENCIES: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_DONE: Final = "done"


class Metrics:
    """What is counted and measured; `text` is all of it as Prometheus reads it.

    Labels come from closed sets or from the operator's own locations, never from what strangers send.
    """

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._commands = Counter("smartpixels_commands", "Viewers' commands by result", ["result"], registry=registry)
        self._deliveries = Counter("smartpixels_fanout_deliveries", "Messages queued for viewers", registry=registry)
        self._passes = Counter("smartpixels_fanout_passes", "Passes of thinned states through rooms", registry=registry)
        self._link = Histogram(
            "smartpixels_link_seconds",
            "From a call to a location to its answer",
            ["location"],
            buckets=_LATENCIES,
            registry=registry,
        )
        self._database = Histogram(
            "smartpixels_database_seconds",
            "Work in the database, waiting for a thread included",
            buckets=_LATENCIES,
            registry=registry,
        )
        self._redis = Histogram(
            "smartpixels_redis_seconds", "Round trips to Redis", buckets=_LATENCIES, registry=registry
        )
        self._requests = Counter(
            "smartpixels_http_requests", "HTTP requests by route and status", ["route", "status"], registry=registry
        )
        self._webhooks = Counter("smartpixels_webhooks", "Webhook deliveries by result", ["result"], registry=registry)

    @contextmanager
    def command(self) -> Generator[None]:
        """Count a command by how the block ends."""
        result = _DONE
        try:
            yield
        except SmartPixelsError as err:
            result = err.code
            raise
        except BaseException:
            result = ErrorCode.INTERNAL
            raise
        finally:
            self._commands.labels(result).inc()

    def delivered(self, count: int) -> None:
        """Count messages that were queued for viewers."""
        self._deliveries.inc(count)

    def passed(self) -> None:
        """Count a pass through a room."""
        self._passes.inc()

    @contextmanager
    def link_call(self, location: str) -> Generator[None]:
        """Measure a call to a location that answers."""
        start = time.perf_counter()
        yield
        self._link.labels(location).observe(time.perf_counter() - start)

    def database(self) -> AbstractContextManager[object]:
        """Measure work in the database."""
        return self._database.time()

    def redis(self) -> AbstractContextManager[object]:
        """Measure a round trip to Redis."""
        return self._redis.time()

    def requested(self, route: str, status: int) -> None:
        """Count an HTTP request; `route` is the pattern, not the path."""
        self._requests.labels(route, str(status)).inc()

    def webhook(self, result: str) -> None:
        """Count a delivery of a webhook, or its failure."""
        self._webhooks.labels(result).inc()

    def watch(self, name: str, help_text: str, read: Callable[[], Mapping[str, float]], *, label: str) -> None:
        """Show a value per label, read when Prometheus asks."""
        self._registry.register(_Watched(name, help_text, read=read, label=label))

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _Watched(Collector):
    def __init__(self, name: str, help_text: str, *, read: Callable[[], Mapping[str, float]], label: str) -> None:
        self._name = name
        self._help = help_text
        self._read = read
        self._label = label

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._name, self._help, labels=[self._label])
        for label, value in self._read().items():
            family.add_metric([label], value)
        yield family
