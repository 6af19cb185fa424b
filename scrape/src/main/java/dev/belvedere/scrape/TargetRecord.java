package dev.belvedere.scrape;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.platform.metrics.Summary;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.MetricAppender;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Keeps what came of the scrapes of one target: its samples, the series that tell of the scrapes, its health. Used by
/// one thread at a time; [#last] and [#metadata] from any.
final class TargetRecord implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TargetRecord.class.getName());

    /// Refs are taken anew after a silence of this length, well before the store forgets them.
    private static final long MAX_SILENCE_MILLIS = MetricAppender.REF_LIFETIME_MILLIS / 2;

    /// The size that is reported of a body that broke its limit.
    static final int TOO_LARGE = -1;

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /// @param startMillis 0 if there was none yet
    record LastScrape(String error, long startMillis, double seconds, ActiveTarget.Health health) {
        static final LastScrape NONE = new LastScrape("", 0, 0, ActiveTarget.Health.UNKNOWN);
    }

    private final ScrapeEnvironment environment;
    private final ScrapeConfig config;
    private final ScrapeTarget target;
    private final ScrapeMetrics metrics;
    private final MetricAppender appender;
    private final ExpositionAppender samples;
    private final ReportSeries report;
    private final Summary intervalLength;
    private volatile LastScrape last = LastScrape.NONE;
    private long lastAppendMillis;

    /// 0 before the first scrape.
    private long startNanos;

    TargetRecord(ScrapeEnvironment environment, ScrapeConfig config, ScrapeTarget target, ScrapeMetrics metrics) {
        this.environment = environment;
        this.config = config;
        this.target = target;
        this.metrics = metrics;
        this.intervalLength = metrics.intervalLength(target.intervalMillis());
        this.appender = environment.store().appender(environment.tenant(), AppendOptions.SCRAPE);
        this.samples = new ExpositionAppender(
                config,
                new SampleLabels(config, target.labels(), environment.addsTypeAndUnit()),
                appender,
                environment.store().capabilities().hasStartTimestamps(),
                metrics);
        this.report =
                new ReportSeries(appender, target.labels(), config.settings().hasExtraMetrics());
    }

    /// Carries on where another record of the same target stopped; that one must not be used any more.
    void adopt(TargetRecord former) {
        samples.adopt(former.samples, hasSameLabelling(former.config));
        lastAppendMillis = former.lastAppendMillis;
    }

    private boolean hasSameLabelling(ScrapeConfig former) {
        return config.honorsLabels() == former.honorsLabels()
                && config.metricRelabelRules().equals(former.metricRelabelRules())
                && config.settings().limits().equals(former.settings().limits())
                && config.settings().names() == former.settings().names();
    }

    LastScrape last() {
        return last;
    }

    Map<String, MetricMetadata> metadata() {
        return samples.metadata();
    }

    boolean isEmpty() {
        return lastAppendMillis == 0;
    }

    /// A scrape begins.
    void begin() {
        long now = environment.time().nanoTime();
        metrics.scrapes().increment();
        if (startNanos != 0) {
            intervalLength.observe((now - startNanos) / NANOS_PER_SECOND);
        }
        startNanos = now;
    }

    /// Keeps what the scrape in hand brought, at the time it is given.
    void succeed(ScrapeClient.Exposition exposition, long millis) {
        try {
            prepare(millis);
            String error = append(exposition, millis);
            finish(millis, error, exposition.length());
        } catch (RuntimeException e) {
            giveUp(millis, e);
        }
    }

    /// Keeps that the scrape in hand brought nothing.
    ///
    /// @param bodyBytes what is reported of the size of the body, [#TOO_LARGE] if it broke its limit
    void fail(String error, double bodyBytes, long millis) {
        if (bodyBytes == TOO_LARGE) {
            metrics.exceededBodySizeLimit().increment();
        }
        try {
            prepare(millis);
            finish(millis, error, bodyBytes);
        } catch (RuntimeException e) {
            giveUp(millis, e);
        }
    }

    private void prepare(long millis) {
        samples.resetCounts();
        if (millis - lastAppendMillis > MAX_SILENCE_MILLIS) {
            forgetRefs();
        }
    }

    private void giveUp(long millis, RuntimeException reason) {
        if (reason instanceof OperationException) {
            giveUp(millis, "cannot be stored: " + reason.getMessage());
        } else {
            giveUp(millis, "internal error: " + reason);
            LOG.log(System.Logger.Level.ERROR, "scrape failed unexpectedly url=" + target.url(), reason);
        }
    }

    private void giveUp(long millis, String error) {
        appender.rollback();
        forgetRefs();
        last = new LastScrape(error, millis, 0, ActiveTarget.Health.DOWN);
    }

    private void forgetRefs() {
        samples.forgetRefs();
        report.forgetRefs();
    }

    /// @return what is wrong with the exposition, empty if nothing is
    private String append(ScrapeClient.Exposition exposition, long millis) {
        try {
            samples.append(exposition, target.histograms(), millis);
            return "";
        } catch (ScrapeFailedException e) {
            return String.valueOf(e.getMessage());
        } catch (OperationException e) {
            if (e.code().equals("invalid_exposition")) {
                return e.getMessage();
            }
            throw e;
        }
    }

    private void finish(long millis, String error, double bodyBytes) {
        if (!error.isEmpty()) {
            metrics.failures().increment();
            metrics.failureLog()
                    .add(
                            config.settings().failureLogFile(),
                            millis,
                            config.jobName(),
                            target.url().toString(),
                            error);
            appender.rollback();
            samples.endAll(millis);
        }
        ExpositionAppender.Counts counts = samples.counts();
        double seconds = (environment.time().nanoTime() - startNanos) / NANOS_PER_SECOND;
        report.append(
                millis,
                error.isEmpty() ? 1 : 0,
                seconds,
                counts.scraped(),
                counts.kept(),
                counts.seriesAdded(),
                target.timeoutMillis() / 1000.0,
                config.settings().limits().samples(),
                bodyBytes);
        AppendOutcome outcome = appender.commit();
        metrics.count(outcome);
        metrics.samples().add(counts.kept());
        if (outcome.rejected().containsKey(RejectReason.UNKNOWN_REF)) {
            forgetRefs();
        }
        lastAppendMillis = millis;
        note(new LastScrape(
                error, millis, seconds, error.isEmpty() ? ActiveTarget.Health.UP : ActiveTarget.Health.DOWN));
    }

    private void note(LastScrape scrape) {
        boolean isFirst = last.startMillis() == 0;
        if (scrape.health() != last.health() && !(isFirst && scrape.health() == ActiveTarget.Health.UP)) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "target is " + scrape.health().text() + " job=" + config.jobName() + " url=" + target.url()
                            + (scrape.error().isEmpty() ? "" : " error=\"" + scrape.error() + '"'));
        }
        last = scrape;
    }

    /// Ends all series of the target.
    void end(long millis) {
        try {
            samples.endAll(millis);
            report.end(millis);
            appender.commit();
        } catch (OperationException e) {
            LOG.log(System.Logger.Level.WARNING, "series of a removed target were not ended url=" + target.url(), e);
        }
    }

    @Override
    public void close() {
        appender.close();
    }
}
