package dev.belvedere.agent.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.agent.AgentConfig;
import dev.belvedere.agent.Machine;
import dev.belvedere.model.Secret;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.http.MemoryTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.platform.machine.MountUsage;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.exposition.ExpositionFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AgentProcessTest {

    private static final String ORIGIN = "http://monitor:9090";

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(1_750_000_000_000L);
    private final BlockingQueue<OutboundRequest> arrived = new LinkedBlockingQueue<>();
    private final AtomicInteger status = new AtomicInteger(204);
    private final MemoryTransport transport = new MemoryTransport().on(ORIGIN, request -> {
        arrived.add(request);
        return MemoryTransport.answer(status.get(), "text/plain", "said the server");
    });
    private final List<AgentProcess> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(AgentProcess::close);
    }

    private void write(String path, String text) throws IOException {
        try (DiskFile file = disk.open(Path.of(path))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private AgentProcess start(String yaml) throws IOException {
        write("/proc/sys/kernel/hostname", "node-1\n");
        write("/proc/loadavg", "0.5 1 2 1/2 3\n");
        AgentConfig config =
                AgentConfig.read(YamlNode.parse("a.yml", yaml).orElseThrow().map());
        AgentOptions options = new AgentOptions(
                config,
                URI.create(ORIGIN),
                new Secret("t0ken"),
                Path.of("/data/agent"),
                Duration.ofSeconds(15),
                "agent");
        Machine machine = new Machine(disk, path -> new MountUsage(1, 1, 1, 1, 1), time);
        AgentProcess process = AgentProcess.start(options, machine, transport);
        started.add(process);
        return process;
    }

    private OutboundRequest next(String path) throws InterruptedException {
        while (true) {
            OutboundRequest request = arrived.poll(60, TimeUnit.SECONDS);
            assertThat(request).as("no request to " + path).isNotNull();
            if (request.uri().getPath().equals(path)) {
                return request;
            }
        }
    }

    /// Uncompressed, with every byte a character: enough to look for texts and doubles in.
    private static String body(OutboundRequest request) {
        byte[] bytes = new UnpackedBody(1 << 20)
                .unpack(request.body(), 0, request.body().length, "snappy")
                .toByteArray();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String littleEndian(double value) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(Double.doubleToRawLongBits(value));
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void metrics_are_pushed_at_once_and_at_each_interval_with_job_instance_and_token() throws Exception {
        start("{host: {collectors: [loadavg]}, gpu: off, labels: {site: a}}");
        OutboundRequest first = next("/api/v1/write");
        assertThat(first.headers())
                .containsEntry("authorization", "Bearer t0ken")
                .containsEntry("content-encoding", "snappy")
                .containsEntry("content-type", "application/x-protobuf");
        assertThat(body(first)).contains("node_load1", "job", "agent", "instance", "node-1", "site", "up");
        time.awaitSleepers(1);
        time.advance(Duration.ofSeconds(15));
        assertThat(body(next("/api/v1/write"))).contains("node_load15");
    }

    @Test
    void a_series_that_has_gone_ends_with_a_stale_marker() throws Exception {
        start("{host: {collectors: [loadavg]}, gpu: off}");
        assertThat(body(next("/api/v1/write"))).doesNotContain(littleEndian(SampleValues.STALE_NAN));
        time.awaitSleepers(1);
        disk.delete(Path.of("/proc/loadavg"));
        time.advance(Duration.ofSeconds(15));
        String body = body(next("/api/v1/write"));
        assertThat(body.split(littleEndian(SampleValues.STALE_NAN), -1)).hasSize(4);
        assertThat(body).contains("node_load1", "node_load5", "node_load15");
    }

    @Test
    void metrics_wait_in_order_while_the_server_is_away() throws Exception {
        status.set(503);
        start("{host: {collectors: [loadavg]}, gpu: off}");
        OutboundRequest first = next("/api/v1/write");
        time.awaitSleepers(1);
        status.set(204);
        time.advance(Duration.ofSeconds(1));
        assertThat(next("/api/v1/write").body()).isEqualTo(first.body());
    }

    @Test
    void a_refused_push_is_dropped_and_counted_and_the_next_goes_on() throws Exception {
        status.set(400);
        AgentProcess process = start("{host: {collectors: [loadavg]}, gpu: off}");
        OutboundRequest first = next("/api/v1/write");
        time.awaitSleepers(1);
        status.set(204);
        time.advance(Duration.ofSeconds(15));
        assertThat(next("/api/v1/write").body()).isNotEqualTo(first.body());
        assertThat(new String(process.exposition(ExpositionFormat.TEXT_0_0_4), StandardCharsets.UTF_8))
                .contains("belvedere_agent_pushes_dropped_total 1")
                .contains("# TYPE node_load1 gauge\nnode_load1 0.5");
    }

    @Test
    void log_lines_are_pushed_to_loki_and_their_position_is_kept() throws Exception {
        write("/var/log/app.log", "hello\n");
        AgentProcess process = start("{host: off, gpu: off, logs: [{paths: [/var/log/*.log], labels: {job: app}}]}");
        OutboundRequest push = next("/loki/api/v1/push");
        assertThat(body(push)).contains("hello", "job=\"app\"", "node=\"node-1\"", "filename=\"/var/log/app.log\"");
        time.awaitSleepers(2);
        process.close();
        assertThat(disk.exists(Path.of("/data/agent/positions"))).isTrue();
        start("{host: off, gpu: off, logs: [{paths: [/var/log/*.log]}]}");
        time.awaitSleepers(2);
        assertThat(arrived.stream().map(request -> request.uri().getPath())).containsOnly("/api/v1/write");
    }

    @Test
    void a_server_that_refuses_connections_is_tried_again() throws Exception {
        transport.disconnect(ORIGIN);
        start("{host: {collectors: [loadavg]}, gpu: off}");
        time.awaitSleepers(1);
        transport.on(ORIGIN, request -> {
            arrived.add(request);
            return MemoryTransport.answer(200, "text/plain", "");
        });
        time.advance(Duration.ofSeconds(1));
        assertThat(List.of(next("/api/v1/write").uri().getHost())).containsExactly("monitor");
    }
}
