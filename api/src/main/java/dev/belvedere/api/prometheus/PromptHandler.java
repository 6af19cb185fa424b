package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Handler;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.http.Question;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.params.PrometheusTimes;
import java.util.Optional;
import java.util.Set;

/// Says of queries, and of questions for series and labels, which are the same but for their time. The handler makes
/// the budget of what it does by the call, and waits and works by that alone.
record PromptHandler(Handler handler) implements Handler {

    private static final Set<String> OF_TIME = Set.of("time", "start", "end", "step", "timeout");

    @Override
    public Reply handle(Call call) {
        return handler.handle(call);
    }

    /// Without a time a query is about now, which is later than any other; without a start all of time is asked for.
    @Override
    public Optional<Question> question(Call call) {
        Parameters parameters = call.parameters();
        boolean isRange = call.path().endsWith("/query_range");
        boolean isInstant = call.path().endsWith("/query");
        try {
            long from = isInstant
                    ? millis(parameters, "time", Long.MAX_VALUE)
                    : millis(parameters, "start", Long.MIN_VALUE);
            long steps = isRange ? steps(from, parameters) : 1;
            return Optional.of(new Question(call.path() + "?" + parameters.text(OF_TIME), from, steps));
        } catch (IllegalArgumentException e) {
            // What is wrong with it the handler says.
            return Optional.empty();
        }
    }

    private static long steps(long from, Parameters parameters) {
        long step = Math.max(1, PrometheusTimes.parseDurationMillis(parameters.first("step")));
        return (millis(parameters, "end", from) - from) / step;
    }

    private static long millis(Parameters parameters, String name, long whenAbsent) {
        String text = parameters.first(name);
        return text.isEmpty() ? whenAbsent : PrometheusTimes.parseMillis(text);
    }
}
