package dev.belvedere.api.prometheus;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.storage.metrics.MetricAdmin;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What the server tells of itself.
final class StatusRoutes {

    private static final int DEFAULT_TOP = 10;
    private static final int MAX_TOP = 10_000;

    private final PrometheusParts parts;

    StatusRoutes(PrometheusParts parts) {
        this.parts = parts;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.get("/status/config", this::config)
                .get("/status/flags", this::flags)
                .get("/status/buildinfo", this::build)
                .get("/status/runtimeinfo", this::runtime)
                .get("/status/tsdb", this::tsdb)
                .get("/status/tsdb/blocks", this::blocks)
                .get("/status/self_metrics", this::selfMetrics)
                .get("/status/walreplay", this::walReplay)
                .get("/features", this::features)
                .get("/notifications", this::notifications)
                .get("/notifications/live", new LiveNotifications(parts)::answer);
    }

    private Reply config(Call call) {
        return ApiAnswer.of(json -> {
            json.beginObject();
            GoJson.text(json.name("yaml"), parts.server().configText());
            json.endObject();
        });
    }

    private Reply flags(Call call) {
        return ApiAnswer.of(json -> {
            json.beginObject();
            new TreeMap<>(parts.server().flags()).forEach((name, value) -> GoJson.text(json.name(name), value));
            json.endObject();
        });
    }

    private Reply build(Call call) {
        return ApiAnswer.of(json -> build(json, parts.server().build()));
    }

    private static void build(JsonWriter json, ServerView.Build build) {
        json.beginObject();
        GoJson.text(json.name("version"), build.version());
        GoJson.text(json.name("revision"), build.revision());
        GoJson.text(json.name("branch"), build.branch());
        GoJson.text(json.name("buildUser"), build.user());
        GoJson.text(json.name("buildDate"), build.date());
        GoJson.text(json.name("goVersion"), build.javaVersion());
        json.endObject();
    }

    static String build(ServerView.Build build) {
        JsonWriter json = new JsonWriter();
        build(json, build);
        return json.toString();
    }

    /// Go's fields, as far as Java has something to put into them.
    private Reply runtime(Call call) {
        ServerView.Runtime runtime = parts.server().runtime();
        long now = parts.time().currentMillis();
        return ApiAnswer.of(json -> {
            json.beginObject();
            GoJson.time(json.name("startTime"), runtime.startMillis());
            GoJson.text(json.name("CWD"), runtime.workingDirectory());
            GoJson.text(json.name("hostname"), runtime.hostname());
            GoJson.time(json.name("serverTime"), now);
            json.name("reloadConfigSuccess").value(runtime.isLastReloadSuccessful());
            GoJson.time(json.name("lastConfigTime"), runtime.lastConfigMillis());
            json.name("corruptionCount").value(runtime.corruptionCount());
            json.name("goroutineCount").value(runtime.threadCount());
            json.name("GOMAXPROCS").value(runtime.processors());
            json.name("GOMEMLIMIT").value(runtime.maxHeapBytes());
            json.name("GOGC").value("").name("GODEBUG").value("");
            GoJson.text(json.name("storageRetention"), runtime.retention());
            json.endObject();
        });
    }

    private Reply tsdb(Call call) {
        String text = call.parameters().first("limit");
        int limit = DEFAULT_TOP;
        if (!text.isEmpty()) {
            try {
                limit = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                limit = 0;
            }
            if (limit < 1) {
                throw ApiException.badData("limit must be a positive number");
            }
            if (limit > MAX_TOP) {
                throw ApiException.badData("limit must not exceed " + MAX_TOP);
            }
        }
        MetricAdmin.Statistics statistics = parts.admin()
                .statistics(parts.tenants().tenant(call), limit, parts.budgets().forCall(call));
        return ApiAnswer.of(json -> tsdb(json, statistics));
    }

    private static void tsdb(JsonWriter json, MetricAdmin.Statistics statistics) {
        json.beginObject().name("headStats").beginObject();
        json.name("numSeries").value(statistics.seriesCount());
        json.name("numLabelPairs").value(statistics.labelPairCount());
        json.name("chunkCount").value(statistics.chunkCount());
        json.name("minTime").value(statistics.minMillis());
        json.name("maxTime").value(statistics.maxMillis()).endObject();
        top(json.name("seriesCountByMetricName"), statistics.seriesByMetricName());
        top(json.name("labelValueCountByLabelName"), statistics.valuesByLabelName());
        top(json.name("memoryInBytesByLabelName"), statistics.bytesByLabelName());
        top(json.name("seriesCountByLabelValuePair"), statistics.seriesByLabelPair());
        json.endObject();
    }

    private static void top(JsonWriter json, Map<String, Long> counts) {
        json.beginArray();
        counts.forEach((name, count) -> {
            GoJson.text(json.beginObject().name("name"), name);
            json.name("value").value(count).endObject();
        });
        json.endArray();
    }

    private Reply blocks(Call call) {
        List<MetricAdmin.StoredBlock> blocks =
                parts.admin().blocks(parts.tenants().tenant(call));
        return new ApiAnswer().withList(blocks.size(), parts.budgets().forCall(call), (json, pieces) -> {
            json.beginObject().name("blocks").beginArray();
            for (MetricAdmin.StoredBlock block : blocks) {
                BlockJson.write(json, block);
                pieces.mayDrain(json);
            }
            json.endArray().endObject();
        });
    }

    private Reply selfMetrics(Call call) {
        String pattern = call.parameters().first("metric_name_pattern");
        Predicate<String> isWanted;
        try {
            isWanted = pattern.isEmpty() ? name -> true : Pattern.compile(pattern)::matches;
        } catch (PatternSyntaxException e) {
            throw ApiException.badData("invalid metric_name_pattern: error parsing regexp: " + e.getMessage());
        }
        return ApiAnswer.of(json -> {
            json.beginArray();
            for (MetricFamily family : parts.metrics().collect()) {
                if (isWanted.test(family.name())) {
                    FamilyJson.write(json, family);
                }
            }
            json.endArray();
        });
    }

    /// Requests are only answered once the log has been read.
    private Reply walReplay(Call call) {
        return ApiAnswer.of(json -> json.beginObject()
                .name("min")
                .value(0)
                .name("max")
                .value(0)
                .name("current")
                .value(0)
                .endObject());
    }

    private Reply features(Call call) {
        return ApiAnswer.of(json -> {
            json.beginObject();
            new TreeMap<>(parts.server().features()).forEach((area, features) -> {
                json.name(area).beginObject();
                new TreeMap<>(features).forEach((name, isOn) -> json.name(name).value(isOn));
                json.endObject();
            });
            json.endObject();
        });
    }

    static void notice(JsonWriter json, ServerView.Notice notice) {
        GoJson.text(json.beginObject().name("text"), notice.text());
        GoJson.time(json.name("date"), notice.atMillis());
        json.name("active").value(notice.isActive()).endObject();
    }

    private Reply notifications(Call call) {
        List<ServerView.Notice> notices = parts.server().notices();
        return ApiAnswer.of(json -> {
            json.beginArray();
            for (ServerView.Notice notice : notices) {
                notice(json, notice);
            }
            json.endArray();
        });
    }
}
