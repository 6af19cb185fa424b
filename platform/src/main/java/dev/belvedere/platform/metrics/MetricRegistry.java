package dev.belvedere.platform.metrics;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;

/// All instruments of this process. One is made by `server` and handed to whoever counts something.
///
/// Asking twice for the same instrument gives the same one. Label values come from bounded sets only.
public final class MetricRegistry {

    private interface Instrument {
        List<MetricFamily.Point> points(String name);
    }

    private record Declaration(MetricType type, String help, Map<Labels, Instrument> instruments) {}

    private final Map<String, Declaration> declarations = new ConcurrentSkipListMap<>();

    /// @param name ends in `_total`
    /// @param labels name, value, name, value, ...
    public Counter counter(String name, String help, String... labels) {
        if (!name.endsWith("_total")) {
            throw new IllegalArgumentException("a counter's name ends in _total, got " + name);
        }
        Labels set = Labels.of(labels);
        Instrument instrument = instruments(name, MetricType.COUNTER, help)
                .computeIfAbsent(set, key -> new CounterInstrument(new Counter(), key));
        return ((CounterInstrument) instrument).counter();
    }

    /// A value that is asked for whenever metrics are collected. A later declaration replaces an earlier one.
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        Labels set = Labels.of(labels);
        instruments(name, MetricType.GAUGE, help)
                .put(set, n -> List.of(new MetricFamily.Point(n, set, value.getAsDouble())));
    }

    /// A counter that something else keeps. A later declaration replaces an earlier one.
    public void counter(String name, String help, DoubleSupplier value, String... labels) {
        Labels set = Labels.of(labels);
        instruments(name, MetricType.COUNTER, help)
                .put(set, n -> List.of(new MetricFamily.Point(n, set, value.getAsDouble())));
    }

    /// @param bounds ascending upper bounds, without +Inf
    public Histogram histogram(String name, String help, double[] bounds, String... labels) {
        Labels set = Labels.of(labels);
        Instrument instrument = instruments(name, MetricType.HISTOGRAM, help)
                .computeIfAbsent(set, key -> new HistogramInstrument(new Histogram(bounds), key));
        return ((HistogramInstrument) instrument).histogram();
    }

    /// @param quantiles 0 to 1, ascending
    public Summary summary(String name, String help, double[] quantiles, String... labels) {
        Labels set = Labels.of(labels);
        Instrument instrument = instruments(name, MetricType.SUMMARY, help)
                .computeIfAbsent(set, key -> new SummaryInstrument(new Summary(quantiles), key));
        return ((SummaryInstrument) instrument).summary();
    }

    private Map<Labels, Instrument> instruments(String name, MetricType type, String help) {
        Declaration declaration =
                declarations.computeIfAbsent(name, key -> new Declaration(type, help, new ConcurrentSkipListMap<>()));
        if (declaration.type() != type) {
            throw new IllegalArgumentException(name + " is a " + declaration.type() + ", not a " + type);
        }
        return declaration.instruments();
    }

    /// Everything as it stands, sorted by name and labels.
    public List<MetricFamily> collect() {
        List<MetricFamily> families = new ArrayList<>();
        declarations.forEach((name, declaration) -> {
            List<MetricFamily.Point> points = new ArrayList<>();
            declaration.instruments().values().forEach(instrument -> points.addAll(instrument.points(name)));
            families.add(new MetricFamily(name, declaration.type(), "", declaration.help(), points));
        });
        return families;
    }

    private record CounterInstrument(Counter counter, Labels labels) implements Instrument {
        @Override
        public List<MetricFamily.Point> points(String name) {
            return List.of(new MetricFamily.Point(name, labels, counter.value()));
        }
    }

    private record SummaryInstrument(Summary summary, Labels labels) implements Instrument {
        @Override
        public List<MetricFamily.Point> points(String name) {
            return summary.points(name, labels);
        }
    }

    private record HistogramInstrument(Histogram histogram, Labels labels) implements Instrument {
        @Override
        public List<MetricFamily.Point> points(String name) {
            return histogram.points(name, labels);
        }
    }
}
