package dev.belvedere.api.own;

import dev.belvedere.alerting.rules.RuleBackfill;
import dev.belvedere.api.OwnApi;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.params.Times;
import dev.belvedere.model.Durations;
import dev.belvedere.platform.yaml.ConfigException;
import java.util.concurrent.TimeUnit;

/// Recording rules over times that have passed. Contract: docs/api/belvedere.md.
public final class OwnRulesFace {

    /// Evaluates a slice of time and says how far it came.
    public interface Backfill {

        /// @throws ConfigException if the text is no rule file
        RuleBackfill.Progress run(Slice slice);

        /// @param file as the server that runs the rules names it
        /// @param text of the rule file
        /// @param intervalMillis of a group that names none; 0 for the server's own
        record Slice(
                String file,
                String text,
                String group,
                long startMillis,
                long endMillis,
                long intervalMillis,
                boolean isContinued) {}
    }

    private final Backfill backfill;

    public OwnRulesFace(Backfill backfill) {
        this.backfill = backfill;
    }

    public void addTo(Routes routes) {
        routes.face(OwnApi::error).post(OwnApi.BASE + "/rules/backfill", this::run);
    }

    private Reply run(Call call) {
        Parameters parameters = call.parameters();
        Backfill.Slice slice = new Backfill.Slice(
                required(parameters, "file"),
                call.bodyText(),
                required(parameters, "group"),
                millis(parameters, "start"),
                millis(parameters, "end"),
                interval(parameters.first("evalInterval")),
                Boolean.parseBoolean(parameters.first("continued")));
        if (slice.endMillis() < slice.startMillis()) {
            throw new InvalidRequestException("parameter end lies before start");
        }
        RuleBackfill.Progress progress;
        try {
            progress = call.trace().phase("backfill", () -> backfill.run(slice));
        } catch (ConfigException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
        JsonWriter json = new JsonWriter();
        json.beginObject();
        json.name("evaluations").value(progress.evaluations()).name("samples").value(progress.samples());
        json.name("failures").value(progress.failures()).name("firstFailure").value(progress.firstFailure());
        json.name("nextMillis").value(progress.nextMillis());
        json.name("isDone").value(progress.nextMillis() > slice.endMillis());
        json.endObject();
        return OwnApi.reply(json);
    }

    private static String required(Parameters parameters, String name) {
        return parameters
                .get(name)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new InvalidRequestException("parameter " + name + " is missing"));
    }

    private static long millis(Parameters parameters, String name) {
        return TimeUnit.NANOSECONDS.toMillis(Times.parseNanos(name, required(parameters, name)));
    }

    private static long interval(String text) {
        try {
            return text.isEmpty() ? 0 : Durations.parseMillis(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("parameter evalInterval: " + e.getMessage());
        }
    }
}
