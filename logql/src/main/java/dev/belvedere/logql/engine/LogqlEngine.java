package dev.belvedere.logql.engine;

import dev.belvedere.logql.pipeline.Line;
import dev.belvedere.logql.pipeline.LineLabels.Origin;
import dev.belvedere.logql.pipeline.Pipeline;
import dev.belvedere.logql.syntax.LogqlExpr.LogQuery;
import dev.belvedere.logql.syntax.LogqlExpr.MetricQuery;
import dev.belvedere.model.Tenant;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.LogStore;
import java.util.ArrayList;
import java.util.List;

/// Answers LogQL queries. Safe from any thread; each query runs on its caller's.
///
/// A metric query is evaluated in two parts: each range aggregation becomes series with one sample a step, and what
/// stands around it (vector aggregations, operators, functions) is PromQL over those series.
public final class LogqlEngine {

    private static final int CHECK_EVERY = 1024;

    /// An entry without its text: its labels, in four sets, and objects around them.
    private static final int ENTRY_BYTES = 600;

    private final LogStore store;

    public LogqlEngine(LogStore store) {
        this.store = store;
    }

    /// Lines of `[startNanos, endNanos)` that pass the pipeline, at most `limit`, newest or oldest first.
    public LogAnswer lines(
            Tenant tenant,
            LogQuery query,
            long startNanos,
            long endNanos,
            LogRequest.Direction direction,
            int limit,
            QueryBudget budget) {
        Pipeline pipeline = Pipeline.of(query);
        LogRequest request = new LogRequest(query.matchers(), startNanos, endNanos, direction, pipeline.requiredText());
        List<LogAnswer.Entry> entries = new ArrayList<>();
        long scanned = 0;
        try (LogCursor cursor = store.select(tenant, request, budget)) {
            while (entries.size() < limit && cursor.next()) {
                if (++scanned % CHECK_EVERY == 0) {
                    budget.check();
                }
                Line line = pipeline.process(cursor.entry());
                if (line != null) {
                    budget.holdBytes(ENTRY_BYTES + 2L * line.text().length());
                    entries.add(entry(line));
                }
            }
        }
        return new LogAnswer(entries, scanned, budget.bytesRead());
    }

    private static LogAnswer.Entry entry(Line line) {
        return new LogAnswer.Entry(
                line.timestampNanos(),
                line.text(),
                line.allLabels(),
                line.labels().of(Origin.STREAM),
                line.labels().of(Origin.STRUCTURED_METADATA),
                line.labels().of(Origin.PARSED));
    }

    /// Evaluates at every step from start to end, both inclusive.
    public QueryAnswer range(
            Tenant tenant, MetricQuery query, long startMillis, long endMillis, long stepMillis, QueryBudget budget) {
        return MetricEvaluation.range(store, tenant, query, new Steps(startMillis, endMillis, stepMillis), budget);
    }

    /// Evaluates at one moment.
    public QueryAnswer instant(Tenant tenant, MetricQuery query, long atMillis, QueryBudget budget) {
        return MetricEvaluation.instant(store, tenant, query, atMillis, budget);
    }
}
