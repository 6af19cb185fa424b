package dev.belvedere.agent.push;

import dev.belvedere.agent.logs.LogSink;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.wire.loki.LokiPushWriter;
import java.util.List;
import java.util.Map;

/// Sends log records by Loki's push protocol.
public final class LokiPushSink implements LogSink {

    private static final String PATH = "/loki/api/v1/push";

    private final PushEndpoint endpoint;

    public LokiPushSink(PushEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void accept(List<LogRecord> batch) throws InterruptedException {
        endpoint.post(PATH, Map.of("content-type", LokiPushWriter.CONTENT_TYPE), LokiPushWriter.write(batch));
    }
}
