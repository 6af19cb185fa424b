package dev.belvedere.agent.push;

import dev.belvedere.agent.Agent;
import dev.belvedere.agent.Machine;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// An agent without a server around it: pushes metrics at an interval and logs as they come, and can be scraped
/// too. Safe from any thread.
public final class AgentProcess implements AutoCloseable {

    private final Agent agent;
    private final AgentOptions options;
    private final Machine machine;
    private final MetricRegistry registry = new MetricRegistry();
    private final MetricPush push;
    private final Thread thread;
    private volatile boolean isClosing;

    private AgentProcess(AgentOptions options, Machine machine, HttpTransport transport) throws IOException {
        this.options = options;
        this.machine = machine;
        PushEndpoint endpoint = new PushEndpoint(transport, options.server(), options.bearerToken());
        agent = Agent.start(options.config(), options.directory(), machine, new LokiPushSink(endpoint), registry);
        Labels target = Labels.of("job", options.job(), "instance", agent.hostname());
        push = new MetricPush(endpoint, target, machine.time(), registry);
        thread = Thread.ofVirtual().name("agent-push").unstarted(this::run);
    }

    /// Begins to push. The first metrics go at once, and from the second on each interval.
    ///
    /// @throws IOException if the directory cannot be used
    public static AgentProcess start(AgentOptions options, Machine machine, HttpTransport transport)
            throws IOException {
        AgentProcess process = new AgentProcess(options, machine, transport);
        process.thread.start();
        return process;
    }

    private void run() {
        try {
            while (!isClosing) {
                long start = machine.time().nanoTime();
                long nowMillis = machine.time().currentMillis();
                push.add(collect(), nowMillis);
                push.sendWithin(options.interval());
                long spentNanos = machine.time().nanoTime() - start;
                machine.time().sleep(options.interval().minusNanos(spentNanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<MetricFamily> collect() {
        List<MetricFamily> families = new ArrayList<>(agent.collect());
        families.addAll(registry.collect());
        return families;
    }

    /// What a scrape of this agent answers now.
    public byte[] exposition(ExpositionFormat format) {
        return ExpositionWriter.write(collect(), format);
    }

    public Agent agent() {
        return agent;
    }

    @Override
    public void close() {
        isClosing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        agent.close();
    }
}
