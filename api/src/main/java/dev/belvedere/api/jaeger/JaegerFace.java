package dev.belvedere.api.jaeger;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.params.GoDuration;
import dev.belvedere.api.params.JsonParameters;
import dev.belvedere.api.queries.TraceQueries;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.events.TraceSearch;
import dev.belvedere.storage.events.TraceStore.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Jaeger's query API as its UI and Grafana's Jaeger data source use it.
public final class JaegerFace {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final long DEFAULT_LOOKBACK_NANOS = TimeUnit.DAYS.toNanos(2);

    private final TraceQueries queries;
    private final TimeSource time;

    public JaegerFace(TraceQueries queries, TimeSource time) {
        this.queries = queries;
        this.time = time;
    }

    /// @param base where the API begins: `/api` as Jaeger serves it, or `/jaeger/api`
    public void addTo(Routes routes, String base) {
        routes.face(JaegerFace::error)
                .get(base + "/services", this::services)
                .get(base + "/services/{service}/operations", this::operationNames)
                .get(base + "/operations", this::operations)
                .get(base + "/traces", this::search)
                .get(base + "/traces/{id}", this::trace);
    }

    private static Reply error(OperationException failure) {
        int status = ErrorRenderer.status(failure);
        JsonWriter json = new JsonWriter();
        json.beginObject()
                .name("data")
                .nullValue()
                .name("total")
                .value(0)
                .name("limit")
                .value(0);
        json.name("offset").value(0).name("errors").beginArray().beginObject();
        json.name("code").value(status).name("msg").value(failure.getMessage());
        json.endObject().endArray().endObject();
        return Reply.json(status, json.toString());
    }

    private Reply services(Call call) {
        Set<String> services = queries.services(call, Long.MIN_VALUE, Long.MAX_VALUE);
        return names(services);
    }

    private Reply operationNames(Call call) {
        return names(operationsOf(call, call.pathParameter("service")).stream()
                .map(Operation::name)
                .distinct()
                .toList());
    }

    private Set<Operation> operationsOf(Call call, String service) {
        return queries.operations(call, service, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Reply names(Collection<String> names) {
        JsonWriter json = new JsonWriter();
        JaegerJson.envelope(
                names.size(),
                () -> {
                    json.beginArray();
                    names.forEach(json::value);
                    json.endArray();
                },
                json);
        return Reply.json(200, json.toString());
    }

    private Reply operations(Call call) {
        String service = call.parameters().first("service");
        if (service.isEmpty()) {
            throw new InvalidRequestException("parameter 'service' is required");
        }
        String kind = call.parameters().first("spanKind");
        List<Operation> found = operationsOf(call, service).stream()
                .filter(operation -> kind.isEmpty() || kind.equals(kindName(operation)))
                .toList();
        JsonWriter json = new JsonWriter();
        JaegerJson.envelope(
                found.size(),
                () -> {
                    json.beginArray();
                    for (Operation operation : found) {
                        json.beginObject().name("name").value(operation.name());
                        json.name("spanKind").value(kindName(operation)).endObject();
                    }
                    json.endArray();
                },
                json);
        return Reply.json(200, json.toString());
    }

    private static String kindName(Operation operation) {
        return operation.kind() == Span.Kind.UNSPECIFIED
                ? ""
                : operation.kind().name().toLowerCase(Locale.ROOT);
    }

    private Reply trace(Call call) {
        List<Span> spans = queries.trace(call, traceId(call.pathParameter("id")));
        if (spans.isEmpty()) {
            throw new InvalidRequestException("not_found", "trace not found");
        }
        return traces(List.of(spans));
    }

    private Reply search(Call call) {
        List<String> ids = call.parameters().all("traceID");
        if (ids.isEmpty()) {
            return traces(queries.search(call, searchOf(call.parameters())));
        }
        List<List<Span>> found = new ArrayList<>();
        for (String id : ids) {
            List<Span> spans = queries.trace(call, traceId(id));
            if (!spans.isEmpty()) {
                found.add(spans);
            }
        }
        return traces(found);
    }

    private static TraceId traceId(String hex) {
        try {
            return TraceId.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
    }

    private TraceSearch searchOf(Parameters parameters) {
        long end = micros(parameters, "end", time.currentNanos());
        long start = micros(parameters, "start", end - lookback(parameters));
        return new TraceSearch(
                parameters.first("service"),
                parameters.first("operation"),
                tags(parameters),
                start,
                end,
                duration(parameters, "minDuration", 0),
                duration(parameters, "maxDuration", Long.MAX_VALUE),
                limit(parameters));
    }

    private static long micros(Parameters parameters, String name, long whenAbsentNanos) {
        return parameters
                .get(name)
                .map(text -> {
                    try {
                        return Math.multiplyExact(Long.parseLong(text), 1000L);
                    } catch (NumberFormatException | ArithmeticException e) {
                        throw new InvalidRequestException("unable to parse param '" + name + "': \"" + text
                                + "\" is no time in microseconds since the Unix epoch");
                    }
                })
                .orElse(whenAbsentNanos);
    }

    /// The UI also sends `lookback=custom`, beside `start`.
    private static long lookback(Parameters parameters) {
        String text = parameters.first("lookback");
        boolean isDays = text.endsWith("d") && text.length() > 1;
        try {
            if (isDays) {
                return TimeUnit.DAYS.toNanos(Long.parseLong(text.substring(0, text.length() - 1)));
            }
            return text.isEmpty() || text.equals("custom") ? DEFAULT_LOOKBACK_NANOS : GoDuration.parseNanos(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("unable to parse param 'lookback': " + e.getMessage());
        }
    }

    private static long duration(Parameters parameters, String name, long whenAbsent) {
        return parameters
                .get(name)
                .map(text -> {
                    try {
                        return GoDuration.parseNanos(text);
                    } catch (IllegalArgumentException e) {
                        throw new InvalidRequestException("unable to parse param '" + name + "': " + e.getMessage());
                    }
                })
                .orElse(whenAbsent);
    }

    private static int limit(Parameters parameters) {
        String text = parameters.get("limit").orElse(Integer.toString(DEFAULT_LIMIT));
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below, with the bounds.
        }
        throw new InvalidRequestException("unable to parse param 'limit': \"" + text + "\" is not 1 to " + MAX_LIMIT);
    }

    /// `tag=key:value`, as often as needed, and `tags={"key":"value"}`.
    private static Map<String, String> tags(Parameters parameters) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : parameters.all("tag")) {
            int colon = tag.indexOf(':');
            if (colon <= 0) {
                throw new InvalidRequestException("malformed 'tag' parameter, expecting key:value, received: " + tag);
            }
            tags.put(tag.substring(0, colon), tag.substring(colon + 1));
        }
        for (String json : parameters.all("tags")) {
            tags.putAll(JsonParameters.stringMap("tags", json));
        }
        return tags;
    }

    private static Reply traces(List<List<Span>> traces) {
        JsonWriter json = new JsonWriter(64 * 1024);
        JaegerJson.envelope(
                0,
                () -> {
                    json.beginArray();
                    traces.forEach(trace -> JaegerJson.trace(trace, json));
                    json.endArray();
                },
                json);
        byte[] body = json.array();
        return new Reply.Whole(200, Reply.JSON, body, json.size(), List.of());
    }
}
