package dev.belvedere.api.own;

import dev.belvedere.api.OwnApi;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.params.GoDuration;
import dev.belvedere.api.params.JsonParameters;
import dev.belvedere.api.params.Times;
import dev.belvedere.api.queries.TraceQueries;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.events.TraceSearch;
import dev.belvedere.storage.events.TraceStore.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Traces as the UI shows them, and the way from a trace to its logs. Contract: docs/api/belvedere.md.
public final class OwnTraceFace {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 1000;
    private static final int DEFAULT_LOG_LIMIT = 1000;
    private static final int MAX_LOG_LIMIT = 10_000;
    private static final long DEFAULT_RANGE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final TraceQueries queries;
    private final TimeSource time;

    public OwnTraceFace(TraceQueries queries, TimeSource time) {
        this.queries = queries;
        this.time = time;
    }

    public void addTo(Routes routes) {
        routes.face(OwnApi::error)
                .get(OwnApi.BASE + "/traces", this::search)
                .get(OwnApi.BASE + "/traces/{id}", this::trace)
                .get(OwnApi.BASE + "/traces/{id}/logs", this::logsOfTrace)
                .get(OwnApi.BASE + "/services", this::services)
                .get(OwnApi.BASE + "/services/{name}/operations", this::operations);
    }

    private Reply search(Call call) {
        Parameters parameters = call.parameters();
        TraceSearch search = new TraceSearch(
                parameters.first("service"),
                parameters.first("operation"),
                JsonParameters.stringMap("attributes", parameters.first("attributes")),
                start(parameters),
                end(parameters),
                duration(parameters, "minDuration", 0),
                duration(parameters, "maxDuration", Long.MAX_VALUE),
                OwnApi.limit(parameters, "limit", DEFAULT_LIMIT, MAX_LIMIT));
        List<List<Span>> found = queries.search(call, search);
        JsonWriter json = new JsonWriter();
        json.beginObject().name("traces").beginArray();
        found.forEach(spans -> OwnTraceJson.summary(spans, json));
        json.endArray().endObject();
        return OwnApi.reply(json);
    }

    private Reply trace(Call call) {
        TraceId id = traceId(call);
        List<Span> spans = queries.trace(call, id);
        if (spans.isEmpty()) {
            throw new InvalidRequestException("not_found", "no trace " + id + " is stored: it may have expired");
        }
        JsonWriter json = new JsonWriter(64 * 1024);
        json.beginObject().name("traceId").value(id.hex()).name("spans").beginArray();
        spans.forEach(span -> OwnTraceJson.span(span, json));
        json.endArray().endObject();
        return OwnApi.reply(json);
    }

    private Reply logsOfTrace(Call call) {
        int limit = OwnApi.limit(call.parameters(), "limit", DEFAULT_LOG_LIMIT, MAX_LOG_LIMIT);
        List<LogRecord> records = queries.logs(call, traceId(call), limit);
        JsonWriter json = new JsonWriter();
        json.beginObject().name("records").beginArray();
        records.forEach(entry -> OwnTraceJson.logRecord(entry, json));
        json.endArray().endObject();
        return OwnApi.reply(json);
    }

    private Reply services(Call call) {
        Set<String> services = queries.services(call, start(call.parameters()), end(call.parameters()));
        JsonWriter json = new JsonWriter();
        json.beginObject().name("services").beginArray();
        services.forEach(json::value);
        json.endArray().endObject();
        return OwnApi.reply(json);
    }

    private Reply operations(Call call) {
        Set<Operation> operations =
                queries.operations(call, call.pathParameter("name"), start(call.parameters()), end(call.parameters()));
        JsonWriter json = new JsonWriter();
        json.beginObject().name("operations").beginArray();
        for (Operation operation : operations) {
            json.beginObject().name("name").value(operation.name());
            json.name("kind")
                    .value(operation.kind().name().toLowerCase(Locale.ROOT))
                    .endObject();
        }
        json.endArray().endObject();
        return OwnApi.reply(json);
    }

    private static TraceId traceId(Call call) {
        try {
            return TraceId.ofHex(call.pathParameter("id"));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
    }

    private long end(Parameters parameters) {
        return parameters.get("end").map(text -> Times.parseNanos("end", text)).orElseGet(time::currentNanos);
    }

    private long start(Parameters parameters) {
        return parameters
                .get("start")
                .map(text -> Times.parseNanos("start", text))
                .orElseGet(() -> end(parameters) - DEFAULT_RANGE_NANOS);
    }

    private static long duration(Parameters parameters, String name, long whenAbsent) {
        return parameters
                .get(name)
                .map(text -> {
                    try {
                        return GoDuration.parseNanos(text);
                    } catch (IllegalArgumentException e) {
                        throw new InvalidRequestException("parameter " + name + ": " + e.getMessage());
                    }
                })
                .orElse(whenAbsent);
    }
}
