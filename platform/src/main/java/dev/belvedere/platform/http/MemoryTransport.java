package dev.belvedere.platform.http;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A network of named handlers in memory, the twin of [JdkHttpTransport]: remembers what was sent, answers what it
/// is told, refuses what it does not know.
public final class MemoryTransport implements HttpTransport {

    /// Answers the requests of one origin.
    public interface Handler {
        OutboundRequest.Response handle(OutboundRequest request) throws IOException;
    }

    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final List<OutboundRequest> sent = new CopyOnWriteArrayList<>();

    /// @param origin scheme, host and port: `http://node-1:9100`
    public MemoryTransport on(String origin, Handler handler) {
        handlers.put(origin, handler);
        return this;
    }

    /// From now on connections to the origin are refused.
    public void disconnect(String origin) {
        handlers.remove(origin);
    }

    /// Everything sent so far, refused requests included.
    public List<OutboundRequest> sent() {
        return sent;
    }

    public static OutboundRequest.Response answer(int status, String contentType, String body) {
        return new OutboundRequest.Response(
                status, Map.of("content-type", List.of(contentType)), body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public OutboundRequest.Response send(OutboundRequest request) throws IOException {
        sent.add(request);
        String origin = request.uri().getScheme() + "://" + request.uri().getRawAuthority();
        Handler handler = handlers.get(origin);
        if (handler == null) {
            throw new ConnectException("connection refused: " + origin);
        }
        OutboundRequest.Response response = handler.handle(request);
        if (response.body().length > request.maxResponseBytes()) {
            throw new ResponseTooLargeException(request.maxResponseBytes());
        }
        return response;
    }
}
