package dev.belvedere.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.http.MemoryTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertDispatcherTest {

    private static final long START = 1_700_000_000_000L;
    private static final Path DATA = Path.of("/data/notifications");
    private static final String ORIGIN = "http://hook:1";

    /// Real time, so that a thread that is held up does not decide what is told.
    private static final NotificationPorts.Limits LIMITS = new NotificationPorts.Limits(1000, Duration.ofMinutes(1));

    private final ManualTime time = new ManualTime(START);
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger status = new AtomicInteger(200);
    private final MemoryTransport transport = new MemoryTransport().on(ORIGIN, request -> {
        int answer = status.get();
        if (answer == 200) {
            bodies.add(new String(request.body(), StandardCharsets.UTF_8));
        }
        return MemoryTransport.answer(answer, "text/plain", "");
    });
    private MemoryDisk disk = new MemoryDisk();
    private NotificationLog log = new NotificationLog(disk, DATA);
    private AlertDispatcher dispatcher = dispatcher(disk);

    private AlertDispatcher dispatcher(Disk on) {
        return dispatcher(on, true);
    }

    private AlertDispatcher dispatcher(Disk on, boolean sendsResolved) {
        AlertmanagerConfig config = new AlertmanagerConfigReader(on, DATA).read("am.yml", """
                route: {receiver: r, group_by: [alertname], group_wait: 30s, group_interval: 5m, repeat_interval: 1h}
                receivers: [{name: r, webhook_configs: [{url: 'http://hook:1/x', send_resolved: %s}]}]
                """.formatted(sendsResolved));
        log = new NotificationLog(on, DATA);
        NotificationPorts ports = new NotificationPorts(log, transport, on, time, new MetricRegistry(), LIMITS);
        return new AlertDispatcher(ports, config, "http://b");
    }

    @AfterEach
    void close() {
        dispatcher.close();
    }

    private Alert firing(String gpu) {
        long now = time.currentMillis();
        return new Alert(labels(gpu), Labels.EMPTY, now, now + 240_000, "");
    }

    private Alert resolved(String gpu) {
        long now = time.currentMillis();
        return new Alert(labels(gpu), Labels.EMPTY, now - 1000, now, "");
    }

    private static Labels labels(String gpu) {
        return Labels.of("alertname", "Hot", "gpu", gpu);
    }

    /// Lets time pass, ten seconds at a time, so that everything due in it happens.
    private void pass(Duration duration) throws InterruptedException {
        for (long left = duration.toSeconds(); left > 0; left -= 10) {
            settle();
            time.advance(Duration.ofSeconds(Math.min(left, 10)));
        }
        settle();
    }

    /// Waits until the timetable and everybody who notifies sleep: time must not outrun a message that is just being
    /// sent.
    private void settle() throws InterruptedException {
        time.awaitSleepers(() -> 1 + dispatcher.flushing());
    }

    /// A message that was due by now.
    private String message() {
        String body = bodies.poll();
        assertThat(body).as("a message is due").isNotNull();
        return body;
    }

    private void assertSilent() {
        assertThat(bodies).isEmpty();
    }

    /// Keeps alerts alive as rules do.
    private void passFiring(Duration duration, String... gpus) throws InterruptedException {
        for (long left = duration.toMinutes(); left > 0; left--) {
            pass(Duration.ofMinutes(1));
            for (String gpu : gpus) {
                dispatcher.receive(List.of(firing(gpu)));
            }
        }
    }

    @Test
    void alerts_of_a_group_are_told_of_together_after_group_wait() throws InterruptedException {
        dispatcher.receive(List.of(firing("1")));
        pass(Duration.ofSeconds(20));
        dispatcher.receive(List.of(firing("0")));
        assertSilent();
        pass(Duration.ofSeconds(11));
        String body = message();
        assertThat(body)
                .contains("\"groupKey\":\"{}:{alertname=\\\"Hot\\\"}\"")
                .contains("\"status\":\"firing\"")
                .containsSubsequence("\"gpu\":\"0\"", "\"gpu\":\"1\"");
        passFiring(Duration.ofMinutes(6), "0", "1");
        assertSilent();
    }

    @Test
    void changes_are_told_after_group_interval_and_repeats_after_repeat_interval() throws InterruptedException {
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        message();
        dispatcher.receive(List.of(firing("1")));
        passFiring(Duration.ofMinutes(4), "0", "1");
        assertSilent();
        passFiring(Duration.ofMinutes(2), "0", "1");
        assertThat(message()).contains("\"gpu\":\"1\"");
        passFiring(Duration.ofMinutes(50), "0", "1");
        assertSilent();
        passFiring(Duration.ofMinutes(20), "0", "1");
        assertThat(message()).contains("\"gpu\":\"0\"");
    }

    @Test
    void the_end_is_told_once_and_then_forgotten() throws InterruptedException {
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        message();
        pass(Duration.ofSeconds(10));
        dispatcher.receive(List.of(resolved("0")));
        pass(Duration.ofMinutes(6));
        assertThat(message()).startsWith("{\"receiver\":\"r\",\"status\":\"resolved\"");
        dispatcher.receive(List.of(resolved("0")));
        pass(Duration.ofMinutes(6));
        assertSilent();
        assertThat(new NotificationLog(disk, DATA).alerts()).isEmpty();
    }

    @Test
    void alerts_that_nobody_sends_again_end_by_themselves() throws InterruptedException {
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        message();
        pass(Duration.ofMinutes(6));
        assertThat(message()).contains("\"status\":\"resolved\"");
    }

    @Test
    void an_alert_that_ends_before_anybody_knew_is_not_told_of() throws InterruptedException {
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(5));
        dispatcher.receive(List.of(resolved("0")));
        pass(Duration.ofMinutes(6));
        assertSilent();
    }

    @Test
    void who_does_not_want_to_hear_of_ends_does_not() throws InterruptedException {
        dispatcher.close();
        dispatcher = dispatcher(disk, false);
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        message();
        dispatcher.receive(List.of(resolved("0")));
        pass(Duration.ofMinutes(6));
        assertSilent();
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        assertThat(message()).contains("\"status\":\"firing\"");
    }

    @Test
    void attempts_are_repeated_until_the_receiver_answers() throws InterruptedException {
        status.set(503);
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(40));
        while (transport.sent().size() < 3) {
            pass(Duration.ofSeconds(1));
        }
        status.set(200);
        pass(Duration.ofMinutes(1));
        assertThat(message()).contains("\"gpu\":\"0\"");
        assertSilent();
    }

    @Test
    void a_refused_notification_is_tried_again_when_the_group_is_due() throws InterruptedException {
        status.set(400);
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        status.set(200);
        passFiring(Duration.ofMinutes(4), "0");
        assertSilent();
        passFiring(Duration.ofMinutes(2), "0");
        assertThat(message()).contains("\"gpu\":\"0\"");
    }

    @Test
    void after_a_restart_what_was_told_is_not_told_again_and_what_was_not_is() throws InterruptedException {
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        message();
        dispatcher.receive(List.of(new Alert(
                Labels.of("alertname", "Other"),
                Labels.EMPTY,
                time.currentMillis(),
                time.currentMillis() + 240_000,
                "")));
        long seed = Long.getLong("seed", System.nanoTime());
        dispatcher.close();
        disk = disk.crash(new Random(seed));
        dispatcher = dispatcher(disk);
        pass(Duration.ofMinutes(6));
        assertThat(message()).as("seed %d", seed).contains("\"alertname\":\"Other\"");
        assertSilent();
        // Nobody has sent either again: both end after the grace period.
        pass(Duration.ofMinutes(16));
        assertThat(List.of(message(), message())).allMatch(body -> body.contains("\"status\":\"resolved\""));
    }

    @Test
    void what_a_receiver_is_just_taking_when_the_server_stops_is_not_told_again() throws InterruptedException {
        CountDownLatch isTaken = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        transport.on(ORIGIN, request -> {
            isTaken.countDown();
            try {
                mayAnswer.await();
            } catch (InterruptedException e) {
                return MemoryTransport.answer(503, "text/plain", "broken off");
            }
            return MemoryTransport.answer(200, "text/plain", "");
        });
        dispatcher.receive(List.of(firing("0")));
        settle();
        time.advance(Duration.ofSeconds(30));
        isTaken.await();
        Thread closing = new Thread(dispatcher::close);
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        mayAnswer.countDown();
        closing.join();
        assertThat(log.sentKeys("{}:{alertname=\"Hot\"}")).hasSize(1);
    }

    @Test
    void a_failing_disk_does_not_keep_people_from_being_told() throws InterruptedException {
        disk.limitCapacity(0);
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        assertThat(message()).contains("\"gpu\":\"0\"");
    }

    @Test
    void a_new_configuration_regroups_without_telling_again() throws InterruptedException {
        dispatcher.receive(List.of(firing("0")));
        pass(Duration.ofSeconds(31));
        message();
        AlertmanagerConfig config = new AlertmanagerConfigReader(disk, DATA).read("am.yml", """
                route: {receiver: r, group_by: [alertname], group_wait: 1s, repeat_interval: 2h}
                receivers: [{name: r, webhook_configs: [{url: 'http://hook:1/y'}]}]
                """);
        dispatcher.update(config, "http://b");
        passFiring(Duration.ofMinutes(6), "0");
        assertSilent();
    }

    @Test
    void requests_carry_json_and_credentials() throws InterruptedException {
        dispatcher.close();
        AlertmanagerConfig config = new AlertmanagerConfigReader(disk, DATA).read("am.yml", """
                route: {receiver: r, group_by: ['...'], group_wait: 0s}
                receivers:
                - name: r
                  webhook_configs:
                  - {url: 'http://hook:1/x', http_config: {basic_auth: {username: u, password: p}}}
                """);
        NotificationPorts ports = new NotificationPorts(
                new NotificationLog(disk, DATA), transport, disk, time, new MetricRegistry(), LIMITS);
        dispatcher = new AlertDispatcher(ports, config, "");
        dispatcher.receive(List.of(firing("0"), firing("1")));
        pass(Duration.ofSeconds(2));
        assertThat(message()).contains("\"truncatedAlerts\":0");
        assertThat(message()).contains("\"groupKey\":\"{}:{alertname=\\\"Hot\\\", gpu=");
        OutboundRequest request = transport.sent().getFirst();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("authorization", "Basic dTpw");
    }
}
