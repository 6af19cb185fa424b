package dev.belvedere.api.usage;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.MetricStore;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Counts, metric by metric, how often and when last its samples were selected. Kept over restarts in a small file
/// that is written every few minutes: what a crash forgets is a few minutes of counting. Safe from any thread.
///
/// A selector counts for the metric that it names, or for all that its pattern of names matches. One that names no
/// metric counts for none.
public final class MetricUsage implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(MetricUsage.class.getName());

    private static final long SAVE_MINUTES = 5;
    private static final long STOP_SECONDS = 2;

    /// Names that are remembered; metrics beyond count as never queried.
    static final int MAX_NAMES = 200_000;

    /// Patterns of names that are remembered.
    static final int MAX_PATTERNS = 2_000;

    /// What is counted: a name, or a pattern of names.
    record Key(Tenant tenant, boolean isPattern, String name) {

        // By hand: a young server interprets what is generated for a record.
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that
                    && isPattern == that.isPattern
                    && name.equals(that.name)
                    && tenant.equals(that.tenant);
        }

        @Override
        public int hashCode() {
            return name.hashCode() + 31 * tenant.hashCode();
        }
    }

    private final TimeSource time;
    private final UsageFile file;
    private final Map<Key, Usage> names = new ConcurrentHashMap<>();
    private final Map<Key, Usage> patterns = new ConcurrentHashMap<>();
    private final AtomicBoolean isChanged = new AtomicBoolean();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread saver;
    private final long sinceMillis;

    private MetricUsage(TimeSource time, UsageFile file) {
        this.time = time;
        this.file = file;
        UsageFile.Content content = file.read(time.currentMillis());
        this.sinceMillis = content.sinceMillis();
        content.usages().forEach((key, usage) -> (key.isPattern() ? patterns : names).put(key, usage));
        this.saver = Thread.ofVirtual().name("metric-usage").start(this::saveAgainAndAgain);
    }

    /// @param directory where the file is kept; made where it is missing
    public static MetricUsage open(Disk disk, Path directory, TimeSource time) {
        return new MetricUsage(time, new UsageFile(disk, directory));
    }

    /// The store, with every selection counted.
    ///
    /// @param source of those that come without a call
    public MetricStore counted(MetricStore store, QuerySource source) {
        return new CountedMetricStore(store, this, source);
    }

    void count(Tenant tenant, List<LabelMatcher> matchers, QuerySource source) {
        for (LabelMatcher matcher : matchers) {
            if (!matcher.name().equals(Labels.METRIC_NAME)) {
                continue;
            }
            switch (matcher.type()) {
                case EQUAL -> countName(tenant, matcher.value(), source);
                case REGEX -> countPattern(tenant, matcher.regex(), source);
                case NOT_EQUAL, NOT_REGEX -> {
                    // Names what is not wanted.
                }
            }
        }
    }

    private void countName(Tenant tenant, String name, QuerySource source) {
        if (!name.isEmpty()) {
            count(new Key(tenant, false, name), source);
        }
    }

    private void countPattern(Tenant tenant, AnchoredRegex regex, QuerySource source) {
        Set<String> literals = regex.literals().orElse(Set.of());
        if (!literals.isEmpty()) {
            literals.forEach(name -> countName(tenant, name, source));
        } else if (!regex.matches("")) {
            count(new Key(tenant, true, regex.toString()), source);
        }
    }

    private void count(Key key, QuerySource source) {
        Map<Key, Usage> counts = key.isPattern() ? patterns : names;
        if (counts.containsKey(key) || counts.size() < (key.isPattern() ? MAX_PATTERNS : MAX_NAMES)) {
            counts.merge(key, Usage.NEVER.plus(source, time.currentMillis()), Usage::plus);
            if (!isChanged.get()) {
                isChanged.set(true);
            }
        }
    }

    /// How some metrics were queried, in the order of their names.
    public List<Usage> of(Tenant tenant, List<String> metrics) {
        List<Map.Entry<AnchoredRegex, Usage>> matching = patterns.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .map(entry -> Map.entry(AnchoredRegex.compile(entry.getKey().name()), entry.getValue()))
                .toList();
        return metrics.stream()
                .map(metric -> {
                    Usage usage = names.getOrDefault(new Key(tenant, false, metric), Usage.NEVER);
                    for (Map.Entry<AnchoredRegex, Usage> pattern : matching) {
                        usage = pattern.getKey().matches(metric) ? usage.plus(pattern.getValue()) : usage;
                    }
                    return usage;
                })
                .toList();
    }

    /// Since when usage is counted: "never" means never since then.
    public long sinceMillis() {
        return sinceMillis;
    }

    private void saveAgainAndAgain() {
        try {
            while (!closing.await(SAVE_MINUTES, TimeUnit.MINUTES)) {
                save();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Writes the file where something was counted since it was written last.
    void save() {
        if (!isChanged.getAndSet(false)) {
            return;
        }
        try {
            file.write(new UsageFile.Content(sinceMillis, names, patterns));
        } catch (IOException e) {
            isChanged.set(true);
            LOG.log(Level.WARNING, "usage of metrics could not be saved and will be tried again: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            saver.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        save();
    }
}
