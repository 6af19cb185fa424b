package dev.belvedere.scrape;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.platform.http.EventLoop;
import dev.belvedere.platform.http.RepeatedRequest;
import dev.belvedere.platform.http.ResponseTooLargeException;
import dev.belvedere.scrape.config.ScrapeConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Scrapes one target again and again, on the thread of an event loop that many targets share, until it is stopped.
///
/// What would block the loop happens aside: a fetch through TLS or a proxy, with credentials that are read anew, and
/// the storing of a large exposition. Stopping ends a wait or a fetch at once, but never interrupts storing.
final class TargetLoop {

    private static final System.Logger LOG = System.getLogger(TargetLoop.class.getName());

    /// A scrape that starts this little after its time gets the exact time: intervals of equal length take the least
    /// room. Never more than a hundredth of the interval.
    private static final long TIMESTAMP_TOLERANCE_MILLIS = 20;

    /// Larger expositions are taken apart aside, so that the loop's other targets do not wait for it.
    private static final int MAX_BYTES_ON_LOOP = 1 << 20;

    /// Why a loop ends.
    enum Stop {
        /// Another loop of the same target goes on, or the process ends and will come back.
        HANDED_OVER,
        /// The target is gone: its series end.
        GONE
    }

    private enum Stage {
        WAITING,
        FETCHING,
        STORING,
        /// The target is gone, and its series have not ended yet.
        ENDING,
        ENDED
    }

    private final ScrapeEnvironment environment;
    private final EventLoop loop;
    private final ScrapeConfig config;
    private final ScrapeTarget target;
    private final long offsetMillis;
    private final ScrapeClient client;
    private final TargetRecord record;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String forcedError = "";
    private volatile Labels discoveredLabels;

    @GuardedBy("this")
    private @Nullable Stop stop;

    @GuardedBy("this")
    private boolean isAbandoned;

    // The rest belongs to the event loop.

    private Stage stage = Stage.WAITING;
    private Optional<RepeatedRequest> request = Optional.empty();

    private long nextTick;
    private final Runnable scrape = this::scrape;

    /// The wait or the fetch in hand.
    private EventLoop.Pending pending = () -> {};

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
        this.offsetMillis = target.offsetMillis();
        this.loop = environment.loop(target.slot());
        this.client = new ScrapeClient(environment, config);
        this.discoveredLabels = target.discoveredLabels();
        this.record = new TargetRecord(environment, config, target, metrics);
        predecessor.ifPresent(former -> record.adopt(former.record));
    }

    void start() {
        loop.execute(() -> {
            request = client.repeated(target);
            awaitTick(target.firstTickAfter(environment.time().currentMillis(), offsetMillis));
        });
    }

    void stop(Stop reason) {
        synchronized (this) {
            if (stop == null) {
                stop = reason;
            }
        }
        loop.execute(this::heedStop);
    }

    /// Ends a stopped loop that still waits to end its series.
    void abandon() {
        synchronized (this) {
            isAbandoned = true;
        }
        loop.execute(this::heedStop);
    }

    boolean isRunning() {
        return ended.getCount() > 0;
    }

    /// Returns when the loop has ended. Waits even if the caller is interrupted: it is never long, since a stopped
    /// loop waits for nothing but the store.
    void awaitEnd() {
        boolean isInterrupted = false;
        while (isRunning()) {
            try {
                ended.await();
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

    private synchronized @Nullable Stop stop() {
        return stop;
    }

    private synchronized boolean isAbandoned() {
        return isAbandoned;
    }

    private void awaitTick(long tick) {
        if (stop() != null) {
            heedStop();
            return;
        }
        stage = Stage.WAITING;
        nextTick = tick;
        pending = loop.after(nanosUntil(tick), scrape);
    }

    private long nanosUntil(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis - environment.time().currentMillis());
    }

    /// Ends, or begins to, if it was stopped and stores nothing just now.
    private void heedStop() {
        switch (stage) {
            case WAITING, FETCHING -> {
                pending.cancel();
                if (stop() == Stop.GONE && !isAbandoned() && !record.isEmpty()) {
                    awaitEndOfSeries();
                } else {
                    end();
                }
            }
            case ENDING -> {
                if (isAbandoned()) {
                    pending.cancel();
                    end();
                }
            }
            case STORING, ENDED -> {}
        }
    }

    private void end() {
        stage = Stage.ENDED;
        record.close();
        ended.countDown();
    }

    /// Ends the series of a target that is gone, at the time at which it would have been scraped next. Waits until
    /// after the scrape thereafter: a target that comes back meanwhile has newer samples, and these are refused.
    private void awaitEndOfSeries() {
        stage = Stage.ENDING;
        long tick = target.firstTickAfter(environment.time().currentMillis(), offsetMillis);
        long enough = tick + target.intervalMillis() + target.intervalMillis() / 10;
        pending = loop.after(nanosUntil(enough), () -> {
            record.end(tick);
            end();
        });
    }

    private void scrape() {
        record.begin();
        Fetch fetch = new Fetch(nextTick, aligned(nextTick));
        stage = Stage.FETCHING;
        if (!forcedError.isEmpty()) {
            fail(fetch, forcedError, 0);
        } else if (request.isPresent()) {
            pending = loop.ask(request.get(), fetch);
        } else {
            pending = loop.aside(fetch::fetchAside);
        }
    }

    private long aligned(long tick) {
        long now = environment.time().currentMillis();
        long tolerance = Math.min(TIMESTAMP_TOLERANCE_MILLIS, target.intervalMillis() / 100);
        return Math.abs(now - tick) <= tolerance ? tick : now;
    }

    private void fail(Fetch fetch, String error, double bodyBytes) {
        stage = Stage.STORING;
        record.fail(error, bodyBytes, fetch.millis);
        scraped(fetch);
    }

    private void scraped(Fetch fetch) {
        stage = Stage.WAITING;
        long next = target.firstTickAfter(environment.time().currentMillis(), offsetMillis);
        // A clock that is a little behind its own timer must not make one tick of two.
        awaitTick(next == fetch.tick ? next + target.intervalMillis() : next);
    }

    /// One attempt to get the exposition.
    private final class Fetch implements EventLoop.AnswerHandler {
        private final long tick;
        private final long millis;

        Fetch(long tick, long millis) {
            this.tick = tick;
            this.millis = millis;
        }

        @Override
        public void answered(EventLoop.Answer answer) {
            if (client.isRedirect(answer)) {
                // From now on by the transport, which follows it.
                request = Optional.empty();
                pending = loop.aside(this::fetchAside);
                return;
            }
            ScrapeClient.Exposition exposition;
            try {
                exposition = client.read(answer);
            } catch (IOException e) {
                failed(e);
                return;
            } catch (RuntimeException e) {
                failed(internal(e));
                return;
            }
            take(exposition);
        }

        private IOException internal(RuntimeException reason) {
            LOG.log(System.Logger.Level.ERROR, "fetch failed unexpectedly url=" + target.url(), reason);
            return new IOException("internal error: " + reason, reason);
        }

        @Override
        public void failed(IOException reason) {
            boolean isTooLarge = reason instanceof ResponseTooLargeException;
            String error = isTooLarge ? client.tooLarge() : String.valueOf(reason.getMessage());
            fail(this, error, isTooLarge ? TargetRecord.TOO_LARGE : 0);
        }

        private void take(ScrapeClient.Exposition exposition) {
            stage = Stage.STORING;
            if (exposition.length() <= MAX_BYTES_ON_LOOP) {
                record.succeed(exposition, millis);
                scraped(this);
                return;
            }
            ScrapeClient.Exposition kept = exposition.copy();
            loop.aside(() -> {
                record.succeed(kept, millis);
                loop.execute(() -> scraped(this));
            });
        }

        private void fetchAside() {
            try {
                ScrapeClient.Exposition exposition = client.fetch(target);
                onLoop(() -> take(exposition));
            } catch (IOException e) {
                onLoop(() -> failed(e));
            } catch (InterruptedException e) {
                // Stopped.
            } catch (RuntimeException e) {
                onLoop(() -> failed(internal(e)));
            }
        }

        private void onLoop(Runnable task) {
            loop.execute(() -> {
                if (stage == Stage.FETCHING) {
                    task.run();
                }
            });
        }
    }

    ScrapeTarget target() {
        return target;
    }

    Map<String, MetricMetadata> metadata() {
        return record.metadata();
    }

    ActiveTarget snapshot() {
        TargetRecord.LastScrape last = record.last();
        String url = target.url().toString();
        return new ActiveTarget(
                discoveredLabels,
                target.labels(),
                config.jobName(),
                url,
                globalUrl(url),
                last.error(),
                last.startMillis(),
                last.seconds(),
                last.health(),
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
