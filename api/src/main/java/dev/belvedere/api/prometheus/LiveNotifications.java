package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/// Notifications as server-sent events: those that are active, then each that comes or goes.
///
/// A connection ends after [#LONGEST], or when the server stops; browsers then connect again by themselves.
final class LiveNotifications {

    /// As many as Prometheus serves (`web.max-notifications-subscribers`); further ones get 204.
    private static final int MAX_SUBSCRIBERS = 16;

    private static final Duration LONGEST = Duration.ofSeconds(150);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);

    /// Without a word for this long, a comment is sent: so that a client that has gone is noticed.
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private final PrometheusParts parts;
    private final Semaphore subscribers = new Semaphore(MAX_SUBSCRIBERS);

    LiveNotifications(PrometheusParts parts) {
        this.parts = parts;
    }

    Reply answer(Call call) {
        return subscribers.availablePermits() == 0
                ? Reply.text(204, "")
                : new Reply.Streamed(200, "text/event-stream", this::stream, List.of("cache-control", "no-cache"));
    }

    private void stream(OutputStream out) throws IOException {
        if (!subscribers.tryAcquire()) {
            return;
        }
        try {
            send(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            subscribers.release();
        }
    }

    private void send(OutputStream out) throws IOException, InterruptedException {
        long began = parts.time().nanoTime();
        long spoke = began;
        Set<ServerView.Notice> told = new LinkedHashSet<>();
        out.write(':');
        out.write('\n');
        do {
            List<ServerView.Notice> news = news(told);
            for (ServerView.Notice notice : news) {
                JsonWriter json = new JsonWriter();
                StatusRoutes.notice(json, notice);
                out.write(("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
            }
            long now = parts.time().nanoTime();
            if (news.isEmpty() && now - spoke >= KEEP_ALIVE.toNanos()) {
                out.write(":\n".getBytes(StandardCharsets.UTF_8));
            }
            spoke = news.isEmpty() && now - spoke < KEEP_ALIVE.toNanos() ? spoke : now;
            out.flush();
            parts.time().sleep(LOOK_INTERVAL);
        } while (parts.server().isReady() && parts.time().nanoTime() - began < LONGEST.toNanos());
    }

    /// What came since, and as inactive what went.
    private List<ServerView.Notice> news(Set<ServerView.Notice> told) {
        List<ServerView.Notice> current = parts.server().notices();
        List<ServerView.Notice> news = new ArrayList<>();
        for (ServerView.Notice former : List.copyOf(told)) {
            if (!current.contains(former)) {
                told.remove(former);
                news.add(new ServerView.Notice(former.text(), former.atMillis(), false));
            }
        }
        for (ServerView.Notice notice : current) {
            if (told.add(notice)) {
                news.add(notice);
            }
        }
        return news;
    }
}
