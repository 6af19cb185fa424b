package dev.belvedere.scrape;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.wire.exposition.ExpositionReader;
import dev.belvedere.wire.exposition.FamilyHeader;
import dev.belvedere.wire.exposition.HistogramOptions;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Appends the expositions of one target, one after the other, and ends the series that disappear. Owned by the
/// target's loop, except [#metadata].
final class ExpositionAppender {

    /// Counts of one scrape.
    ///
    /// @param scraped samples exposed
    /// @param kept those left after relabelling
    /// @param seriesAdded series that the scrape before did not have
    record Counts(int scraped, int kept, int seriesAdded) {
        static final Counts NONE = new Counts(0, 0, 0);
    }

    private final ScrapeConfig config;
    private final SampleLabels labels;
    private final MetricAppender appender;
    private final ScrapeMetrics metrics;
    private final boolean keepsStarts;
    private SeriesTable table = new SeriesTable();
    private final Map<String, MetricMetadata> metadata = Collections.synchronizedMap(new TreeMap<>());
    private final Map<Long, List<Exemplar>> lastExemplars = new HashMap<>();

    /// Series of the same target under settings that no longer hold; those that come back are taken out.
    private final Set<Long> former = new HashSet<>();

    /// Series whose last sample is a native histogram: they end with one.
    private final Set<Long> histogramRefs = new HashSet<>();

    private int scraped;
    private int kept;
    private int seriesAdded;
    private boolean isSeriesRefused;

    /// @param keepsStarts whether the store keeps start timestamps, which cost something to find
    ExpositionAppender(
            ScrapeConfig config,
            SampleLabels labels,
            MetricAppender appender,
            boolean keepsStarts,
            ScrapeMetrics metrics) {
        this.config = config;
        this.labels = labels;
        this.appender = appender;
        this.metrics = metrics;
        this.keepsStarts = keepsStarts;
    }

    /// Carries on where another appender of the same target stopped; that one must not be used any more.
    ///
    /// @param isSameLabelling whether both make the same series of the same line
    void adopt(ExpositionAppender predecessor, boolean isSameLabelling) {
        table = predecessor.table;
        former.addAll(predecessor.former);
        histogramRefs.addAll(predecessor.histogramRefs);
        if (!isSameLabelling) {
            table.unresolve(former::add);
        }
        metadata.putAll(predecessor.metadata());
    }

    /// The counts of the exposition last appended, also of one that failed in between.
    Counts counts() {
        return new Counts(scraped, kept, seriesAdded);
    }

    /// What the target says of its metrics.
    Map<String, MetricMetadata> metadata() {
        synchronized (metadata) {
            return new TreeMap<>(metadata);
        }
    }

    void resetCounts() {
        scraped = 0;
        kept = 0;
        seriesAdded = 0;
    }

    /// Appends a whole exposition, without committing it. After a failure [#endAll] must be called.
    ///
    /// @param histograms what becomes of its histograms
    /// @throws ScrapeFailedException if it breaks a limit
    /// @throws dev.belvedere.wire.exposition.ExpositionException if it is malformed
    void append(ScrapeClient.Exposition exposition, HistogramOptions histograms, long millis)
            throws ScrapeFailedException {
        ExpositionReader reader =
                ExpositionReader.of(exposition.format(), exposition.bytes(), exposition.length(), histograms);
        resetCounts();
        isSeriesRefused = false;
        long sampleLimit = config.settings().limits().samples();
        long maxSamples = sampleLimit > 0 ? sampleLimit : Long.MAX_VALUE;
        boolean usesTimestamps = config.honorsTimestamps();
        table.begin();
        for (int series = table.next(reader); series != SeriesTable.END; series = table.next(reader)) {
            scraped++;
            if (table.isNewHeader()) {
                keepMetadata(reader.header());
            }
            long ref = table.ref(series);
            if (ref < 0) {
                ref = resolve(series, ref, reader);
                if (ref < 0) {
                    continue;
                }
            }
            if (++kept > maxSamples) {
                metrics.exceededSampleLimit().increment();
                countRest(reader);
                throw new ScrapeFailedException("sample_limit exceeded: more than " + sampleLimit + " samples");
            }
            long timestamp = reader.timestampMillis();
            boolean isOwnTime = usesTimestamps && timestamp != ExpositionReader.NO_TIMESTAMP;
            table.track(series, !isOwnTime || config.tracksTimestampsStaleness());
            appendSample(ref, isOwnTime ? timestamp : millis, reader);
        }
        reader.familiesWithoutSample().forEach(this::keepMetadata);
        table.commit(reader.bytes(), ref -> end(ref, millis));
        for (long ref : former) {
            end(ref, millis);
        }
        former.clear();
    }

    /// Reads on without keeping any sample, so that the report says how far the target is over its limit.
    private void countRest(ExpositionReader reader) throws ScrapeFailedException {
        seriesAdded = 0;
        while (reader.next()) {
            scraped++;
            keepMetadata(reader.header());
            if (labels.of(reader.labels(), reader.header(), metrics).isPresent()) {
                kept++;
            }
        }
        reader.familiesWithoutSample().forEach(this::keepMetadata);
    }

    private void end(long ref, long millis) {
        lastExemplars.remove(ref);
        if (histogramRefs.remove(ref)) {
            appender.append(ref, millis, MetricAppender.NO_START, NativeHistogram.STALE);
        } else {
            appender.append(ref, millis, MetricAppender.NO_START, SampleValues.STALE_NAN);
        }
    }

    private void appendSample(long ref, long millis, ExpositionReader reader) throws ScrapeFailedException {
        NativeHistogram histogram = reader.histogram();
        long startMillis = keepsStarts ? reader.startMillis() : MetricAppender.NO_START;
        if (histogram == null) {
            appender.append(ref, millis, startMillis, SampleValues.canonical(reader.value()));
        } else {
            histogramRefs.add(ref);
            appender.append(
                    ref,
                    millis,
                    startMillis,
                    HistogramResolution.limited(histogram, config.settings().limits()));
        }
        appendExemplars(ref, millis, histogram != null, reader.exemplars());
    }

    /// Those of classic series that tell no time are of the scrape's; those of native histograms are left out, as in
    /// Prometheus: they hold many, of which nothing else says whether they are new.
    private void appendExemplars(long ref, long millis, boolean isNative, List<Exemplar> exemplars) {
        if (exemplars.isEmpty() || exemplars.equals(lastExemplars.put(ref, exemplars))) {
            return;
        }
        for (Exemplar exemplar : exemplars) {
            if (exemplar.hasTimestamp()) {
                appender.appendExemplar(ref, exemplar);
            } else if (!isNative) {
                appender.appendExemplar(ref, new Exemplar(exemplar.labels(), exemplar.value(), millis));
            }
        }
    }

    /// Finds the series of a line that was not seen before, or that the store refused then.
    private long resolve(int series, long state, ExpositionReader reader) throws ScrapeFailedException {
        // One refusal a scrape tells enough of a full store.
        if (state == SeriesTable.DROPPED || state == SeriesTable.REFUSED && isSeriesRefused) {
            return state;
        }
        Optional<Labels> made = labels.of(reader.labels(), reader.header(), metrics);
        long ref = SeriesTable.DROPPED;
        if (made.isPresent()) {
            try {
                ref = appender.series(made.get());
                if (!former.remove(ref)) {
                    seriesAdded++;
                }
            } catch (OperationException e) {
                if (!e.code().equals("too_many_series")) {
                    throw e;
                }
                metrics.refusedSeries().increment();
                isSeriesRefused = true;
                ref = SeriesTable.REFUSED;
            }
        }
        table.resolve(series, ref);
        return ref;
    }

    private void keepMetadata(FamilyHeader header) {
        if (header != FamilyHeader.NONE && !header.metadata().equals(metadata.put(header.name(), header.metadata()))) {
            appender.updateMetadata(header.name(), header.metadata());
        }
    }

    /// Ends all series of the target.
    void endAll(long millis) {
        table.clear(ref -> end(ref, millis));
        for (long ref : former) {
            end(ref, millis);
        }
        former.clear();
        lastExemplars.clear();
    }

    /// Forgets all series without ending them: their refs are no longer good.
    void forgetRefs() {
        table.clear(ref -> {});
        former.clear();
        histogramRefs.clear();
        lastExemplars.clear();
    }
}
