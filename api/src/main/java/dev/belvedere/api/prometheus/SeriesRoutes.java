package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.LastList;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Which series, labels and label values there are.
final class SeriesRoutes {

    /// What bytes of a path that are no UTF-8 are read as.
    private static final char UNREADABLE = '\ufffd';

    /// The texts of so many labels' values are kept, the last of those that share a place.
    private static final int KEPT_VALUES = 8;

    private final PrometheusParts parts;
    private final LastList<Labels> lastSeries = new LastList<>(Comparator.naturalOrder(), GoJson::labels);
    private final LastList<String> lastNames = lastTexts();

    /// By a hash of the label's name.
    private final List<LastList<String>> lastValues =
            Stream.generate(SeriesRoutes::lastTexts).limit(KEPT_VALUES).toList();

    private static LastList<String> lastTexts() {
        return new LastList<>(Labels::compareUtf8, GoJson::text);
    }

    SeriesRoutes(PrometheusParts parts) {
        this.parts = parts;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.getOrPost("/series", new PromptHandler(this::series))
                .getOrPost("/labels", new PromptHandler(this::labels))
                .get("/label/{name}/values", new PromptHandler(this::values));
    }

    private Reply series(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        if (parameters.all("match[]").isEmpty()) {
            throw ApiException.badData("no match[] parameter provided");
        }
        try {
            parameters.matchers();
        } catch (ApiException e) {
            throw ApiException.parameter("match[]", e.getMessage());
        }
        int limit = parameters.limit();
        QueryBudget budget = parts.budgets().forCall(call);
        SeriesUnion.Found<Labels> found = union(
                call,
                budget,
                limit,
                Comparator.<Labels>naturalOrder(),
                (querier, matchers, range, asked) -> querier.series(matchers, range, asked));
        return answer(budget, limit, found, lastSeries);
    }

    private Reply labels(Call call) {
        int limit = PrometheusFace.parameters(call).limit();
        QueryBudget budget = parts.budgets().forCall(call);
        SeriesUnion.Found<String> found = union(
                call,
                budget,
                limit,
                Labels::compareUtf8,
                (querier, matchers, range, asked) -> querier.labelNames(matchers, range, asked));
        return answer(budget, limit, found, lastNames);
    }

    private Reply values(Call call) {
        String name = EscapedNames.unescaped(call.pathParameter("name"));
        boolean isBroken = name.indexOf(UNREADABLE) >= 0;
        if (isBroken || !LabelNames.isUtf8Name(name)) {
            throw ApiException.badData("invalid label name: " + LabelNames.quote(name));
        }
        int limit = PrometheusFace.parameters(call).limit();
        QueryBudget budget = parts.budgets().forCall(call);
        SeriesUnion.Found<String> found = union(
                call,
                budget,
                limit,
                Labels::compareUtf8,
                (querier, matchers, range, asked) -> querier.labelValues(name, matchers, range, asked));
        return answer(budget, limit, found, lastValues.get(Math.floorMod(name.hashCode(), KEPT_VALUES)));
    }

    /// What any of the sets of conditions finds; one more than the limit, if there is.
    private <T> SeriesUnion.Found<T> union(
            Call call, QueryBudget budget, int limit, Comparator<T> order, SeriesUnion.Lookup<T> lookup) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        List<List<LabelMatcher>> sets = parameters.matchers();
        int asked = limit == 0 || limit == Integer.MAX_VALUE ? 0 : limit + 1;
        return parameters
                .range()
                .map(range -> new SeriesUnion(parts, sets, range, asked).find(call, budget, order, lookup))
                .orElse(new SeriesUnion.Found<>(List.of(), List.of()));
    }

    private static <T> Reply answer(QueryBudget budget, int limit, SeriesUnion.Found<T> found, LastList<T> last) {
        boolean isTruncated = limit > 0 && found.all().size() > limit;
        List<T> shown = isTruncated ? found.all().subList(0, limit) : found.all();
        ApiAnswer answer = new ApiAnswer().warn(found.warnings());
        if (isTruncated) {
            answer.warn(ApiAnswer.TRUNCATED);
        }
        return answer.withList(shown, budget, last);
    }
}
