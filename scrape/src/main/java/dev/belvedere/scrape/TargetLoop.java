package dev.belvedere.scrape;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.platform.http.ResponseTooLargeException;
import dev.belvedere.platform.metrics.Summary;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.MetricAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Scrapes one target again and again, on a virtual thread of its own, until it is stopped.
///
/// Stopping interrupts the thread only while it waits or fetches, never while it writes to the store.
final class TargetLoop {

    private static final System.Logger LOG = System.getLogger(TargetLoop.class.getName());

    /// A scrape that starts this little after its time gets the exact time: intervals of equal length take the least
    /// room. Never more than a hundredth of the interval.
    private static final long TIMESTAMP_TOLERANCE_MILLIS = 20;

    /// Refs are taken anew after a silence of this length, well before the store forgets them.
    private static final long MAX_SILENCE_MILLIS = MetricAppender.REF_LIFETIME_MILLIS / 2;

    /// Why a loop ends.
    enum Stop {
        /// Another loop of the same target goes on, or the process ends and will come back.
        HANDED_OVER,
        /// The target is gone: its series end.
        GONE
    }

    private record LastScrape(String error, long startMillis, double seconds, ActiveTarget.Health health) {}

    private final ScrapeEnvironment environment;
    private final ScrapeConfig config;
    private final ScrapeTarget target;
    private final ScrapeClient client;
    private final ScrapeMetrics metrics;
    private final MetricAppender appender;
    private final ExpositionAppender samples;
    private final ReportSeries report;
    private final Summary intervalLength;
    private final Thread thread;

    private volatile LastScrape last = new LastScrape("", 0, 0, ActiveTarget.Health.UNKNOWN);
    private volatile String forcedError = "";
    private volatile Labels discoveredLabels;
    private long lastAppendMillis;

    /// 0 before the first scrape.
    private long lastStartNanos;

    @GuardedBy("this")
    private boolean isInterruptible;

    @GuardedBy("this")
    private @Nullable Stop stop;

    @GuardedBy("this")
    private boolean isAbandoned;

    /// @param predecessor the loop of the same target under earlier settings, which has ended
    TargetLoop(
            ScrapeEnvironment environment,
            ScrapeConfig config,
            ScrapeTarget target,
            ScrapeMetrics metrics,
            Optional<TargetLoop> predecessor) {
        this.environment = environment;
        this.config = config;
        this.target = target;
        this.metrics = metrics;
        this.intervalLength = metrics.intervalLength(target.intervalMillis());
        this.client = new ScrapeClient(environment, config);
        this.appender = environment.store().appender(environment.tenant(), AppendOptions.SCRAPE);
        this.discoveredLabels = target.discoveredLabels();
        this.samples = new ExpositionAppender(
                config,
                target.labels(),
                appender,
                environment.store().capabilities().hasStartTimestamps(),
                metrics);
        this.report =
                new ReportSeries(appender, target.labels(), config.settings().hasExtraMetrics());
        if (predecessor.isPresent()) {
            TargetLoop former = predecessor.get();
            samples.adopt(former.samples, hasSameLabelling(former.config));
            lastAppendMillis = former.lastAppendMillis;
        }
        this.thread = Thread.ofVirtual().name("scrape " + target.url()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void stop(Stop reason) {
        synchronized (this) {
            if (stop == null) {
                stop = reason;
                if (isInterruptible) {
                    thread.interrupt();
                }
            }
        }
    }

    /// Ends a stopped loop that still waits to end its series.
    void abandon() {
        synchronized (this) {
            isAbandoned = true;
            if (isInterruptible) {
                thread.interrupt();
            }
        }
    }

    private synchronized boolean isAbandoned() {
        return isAbandoned;
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /// Returns when the thread has ended. Waits even if the caller is interrupted: it is never long, since a stopped
    /// loop waits for nothing but the store.
    void awaitEnd() {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Lets every scrape fail with this message from now on; empty for none.
    void forceError(String message) {
        forcedError = message;
    }

    /// The target is the same, but discovery says something else of it.
    void rediscover(Labels labels) {
        discoveredLabels = labels;
    }

    private void run() {
        try {
            long tick = target.firstTickAfter(environment.time().currentMillis());
            while (sleepUntil(tick)) {
                scrapeSafely(aligned(tick));
                long next = target.firstTickAfter(environment.time().currentMillis());
                // A clock that is a little behind its own sleep must not make one tick of two.
                tick = next == tick ? next + target.intervalMillis() : next;
            }
            if (isGone()) {
                endOfRun();
            }
        } catch (InterruptedException e) {
            // Stopped while it waited for something that does not matter any more.
        } finally {
            appender.close();
        }
    }

    private synchronized boolean isGone() {
        return stop == Stop.GONE;
    }

    private boolean hasSameLabelling(ScrapeConfig former) {
        return config.honorsLabels() == former.honorsLabels()
                && config.metricRelabelRules().equals(former.metricRelabelRules())
                && config.settings().limits().equals(former.settings().limits())
                && config.settings().names() == former.settings().names();
    }

    /// @return false if the loop was stopped
    private boolean sleepUntil(long millis) {
        if (!beginInterruptible()) {
            return false;
        }
        try {
            environment
                    .time()
                    .sleep(Duration.ofMillis(millis - environment.time().currentMillis()));
        } catch (InterruptedException e) {
            return false;
        } finally {
            endInterruptible();
        }
        return !isStopped();
    }

    private synchronized boolean beginInterruptible() {
        isInterruptible = stop == null;
        return isInterruptible;
    }

    /// From here on no interrupt can come; one that came already is forgotten.
    private synchronized void endInterruptible() {
        isInterruptible = false;
        Thread.interrupted();
    }

    private synchronized boolean isStopped() {
        return stop != null;
    }

    private long aligned(long tick) {
        long now = environment.time().currentMillis();
        long tolerance = Math.min(TIMESTAMP_TOLERANCE_MILLIS, target.intervalMillis() / 100);
        return Math.abs(now - tick) <= tolerance ? tick : now;
    }

    private void scrapeSafely(long millis) {
        try {
            scrape(millis);
        } catch (OperationException e) {
            appender.rollback();
            samples.forgetRefs();
            report.forgetRefs();
            last = new LastScrape("cannot be stored: " + e.getMessage(), millis, 0, ActiveTarget.Health.DOWN);
        } catch (RuntimeException e) {
            appender.rollback();
            samples.forgetRefs();
            report.forgetRefs();
            last = new LastScrape("internal error: " + e, millis, 0, ActiveTarget.Health.DOWN);
            LOG.log(System.Logger.Level.ERROR, "scrape failed unexpectedly url=" + target.url(), e);
        }
    }

    private void scrape(long millis) {
        long started = environment.time().nanoTime();
        metrics.scrapes().increment();
        if (lastStartNanos != 0) {
            intervalLength.observe((started - lastStartNanos) / (double) TimeUnit.SECONDS.toNanos(1));
        }
        lastStartNanos = started;
        if (millis - lastAppendMillis > MAX_SILENCE_MILLIS) {
            samples.forgetRefs();
            report.forgetRefs();
        }
        samples.resetCounts();
        String error = forcedError;
        double bodyBytes = 0;
        Optional<ScrapeClient.Exposition> exposition = Optional.empty();
        if (error.isEmpty()) {
            try {
                exposition = fetch();
                if (exposition.isEmpty()) {
                    return;
                }
                bodyBytes = exposition.get().bytes().length;
            } catch (ResponseTooLargeException e) {
                metrics.exceededBodySizeLimit().increment();
                bodyBytes = -1;
                error = "body_size_limit exceeded: more than " + client.maxBodyBytes() + " bytes";
            } catch (IOException e) {
                error = String.valueOf(e.getMessage());
            }
        }
        if (exposition.isPresent()) {
            error = append(exposition.get(), millis);
        }
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
        finish(millis, started, error, bodyBytes);
    }

    /// @return empty if the loop was stopped meanwhile
    private Optional<ScrapeClient.Exposition> fetch() throws IOException {
        if (!beginInterruptible()) {
            return Optional.empty();
        }
        try {
            return Optional.of(client.fetch(target));
        } catch (InterruptedException e) {
            return Optional.empty();
        } finally {
            endInterruptible();
        }
    }

    /// @return what is wrong with the exposition, empty if nothing is
    private String append(ScrapeClient.Exposition exposition, long millis) {
        try {
            samples.append(exposition, millis);
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

    private void finish(long millis, long started, String error, double bodyBytes) {
        ExpositionAppender.Counts counts = samples.counts();
        double seconds = (environment.time().nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
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
            samples.forgetRefs();
            report.forgetRefs();
        }
        lastAppendMillis = millis;
        ActiveTarget.Health health = error.isEmpty() ? ActiveTarget.Health.UP : ActiveTarget.Health.DOWN;
        if (health != last.health && !(health == ActiveTarget.Health.UP && last.startMillis == 0)) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "target is " + health.text() + " job=" + config.jobName() + " url=" + target.url()
                            + (error.isEmpty() ? "" : " error=\"" + error + '"'));
        }
        last = new LastScrape(error, millis, seconds, health);
    }

    /// Ends the series of a target that is gone, at the time at which it would have been scraped next. Waits until
    /// after the scrape thereafter: a target that comes back meanwhile has newer samples, and these are refused.
    private void endOfRun() throws InterruptedException {
        if (lastAppendMillis == 0) {
            return;
        }
        long tick = target.firstTickAfter(environment.time().currentMillis());
        long enough =
                tick - environment.time().currentMillis() + target.intervalMillis() + target.intervalMillis() / 10;
        synchronized (this) {
            isInterruptible = !isAbandoned;
        }
        try {
            if (isAbandoned()) {
                return;
            }
            environment.time().sleep(Duration.ofMillis(enough));
        } finally {
            endInterruptible();
        }
        try {
            samples.endAll(tick);
            report.end(tick);
            appender.commit();
        } catch (OperationException e) {
            LOG.log(System.Logger.Level.WARNING, "series of a removed target were not ended url=" + target.url(), e);
        }
    }

    ScrapeTarget target() {
        return target;
    }

    Map<String, MetricMetadata> metadata() {
        return samples.metadata();
    }

    ActiveTarget snapshot() {
        LastScrape now = last;
        String url = target.url().toString();
        return new ActiveTarget(
                discoveredLabels,
                target.labels(),
                config.jobName(),
                url,
                globalUrl(url),
                now.error,
                now.startMillis,
                now.seconds,
                now.health,
                target.intervalMillis(),
                target.timeoutMillis());
    }

    private String globalUrl(String url) {
        String host = String.valueOf(target.url().getHost());
        boolean isLocal = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
        return isLocal && !environment.hostName().isEmpty()
                ? url.replaceFirst("://" + Pattern.quote(host), "://" + environment.hostName())
                : url;
    }
}
