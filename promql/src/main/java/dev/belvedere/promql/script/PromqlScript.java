package dev.belvedere.promql.script;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.VectorSample;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.script.Command.Evaluate;
import dev.belvedere.promql.script.Command.TextMatch;
import dev.belvedere.promql.script.ScriptResult.Failure;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs scripts in Prometheus' test language against the engine and a store in memory.
///
/// As there, an instant query is also asked over a range around its moment, and with all its selectors
/// pinned by `@` at other moments; all of that must have the same result.
public final class PromqlScript {

    private static final long MINUTE = 60_000;
    private static final Pattern CONTEXT_FUNCTION = Pattern.compile("(start|end|range|step)\\(\\)");

    private final PromqlEngine engine;
    private MemoryMetricStore store = new MemoryMetricStore();

    private final UnaryOperator<MetricStore> view;

    private PromqlScript(PromqlOptions options, UnaryOperator<MetricStore> view) {
        this.engine = new PromqlEngine(options);
        this.view = view;
    }

    /// Runs a script with everything experimental switched on.
    ///
    /// @param name of the file, for messages
    public static ScriptResult run(String name, String text) {
        return run(name, text, PromqlOptions.EVERYTHING);
    }

    /// Runs a script.
    public static ScriptResult run(String name, String text, PromqlOptions options) {
        return run(name, text, options, store -> store);
    }

    /// Runs a script over another view of what it loads.
    static ScriptResult run(String name, String text, PromqlOptions options, UnaryOperator<MetricStore> view) {
        PromqlScript script = new PromqlScript(options, view);
        List<Failure> failures = new ArrayList<>();
        int passed = 0;
        for (Command command : ScriptParser.parse(text)) {
            try {
                passed += script.execute(command) ? 1 : 0;
            } catch (ScriptException | OperationException e) {
                String message = e.getMessage();
                failures.add(new Failure(command.line(), message == null ? e.toString() : message));
            }
        }
        return new ScriptResult(name, passed, failures);
    }

    /// @return whether the command was an evaluation
    private boolean execute(Command command) {
        switch (command) {
            case Command.Clear c -> store = new MemoryMetricStore();
            case Command.Load load -> SeriesLoader.load(load, store);
            case Command.Unreadable unreadable -> throw new ScriptException(unreadable.reason());
            case Evaluate evaluate -> {
                try {
                    evaluate(evaluate);
                } catch (ScriptException e) {
                    throw new ScriptException(evaluate.query() + ": " + e.getMessage());
                }
                return true;
            }
        }
        return false;
    }

    private void evaluate(Evaluate command) {
        if (command.isRange()) {
            evaluateRange(command);
            return;
        }
        evaluateInstant(command, command.query(), command.startMillis());
        for (AtVariants variants : variants(command)) {
            for (long moment : variants.moments()) {
                try {
                    evaluateInstant(command, variants.query(), moment);
                } catch (ScriptException e) {
                    throw new ScriptException("as " + variants.query() + " at " + moment + ": " + e.getMessage());
                }
            }
        }
    }

    private List<AtVariants> variants(Evaluate command) {
        try {
            return AtVariants.of(engine.parse(command.query()), command.startMillis()).stream()
                    .toList();
        } catch (OperationException e) {
            // A query that does not parse has no variants; that it fails was checked.
            return List.of();
        }
    }

    private interface Query {
        QueryAnswer answer(Expr expr);
    }

    /// Asks a query.
    ///
    /// @return null if it failed as expected
    private @Nullable QueryAnswer ask(Evaluate command, String query, Query how) {
        TextMatch failure = command.expectations().failure();
        QueryAnswer answer;
        try {
            answer = how.answer(engine.parse(query));
        } catch (OperationException e) {
            if (failure == null) {
                throw new ScriptException("error evaluating query: " + e.getMessage());
            }
            if (!failure.matches(e.getMessage())) {
                throw new ScriptException("expected error " + failure + ", but got: " + e.getMessage());
            }
            return null;
        }
        if (failure != null) {
            throw new ScriptException("expected error but got none");
        }
        return answer;
    }

    private void checkNotes(Evaluate command, QueryAnswer answer) {
        ResultCheck.checkNotes("warn", command.expectations().warnings(), answer.warnings());
        ResultCheck.checkNotes("info", command.expectations().infos(), answer.infos());
    }

    private QueryAnswer range(Expr expr, long start, long end, long step) {
        return engine.range(view.apply(store), Tenant.DEFAULT, expr, start, end, step, QueryBudget.unlimited());
    }

    private void evaluateRange(Evaluate command) {
        QueryAnswer answer = ask(
                command,
                command.query(),
                expr -> range(expr, command.startMillis(), command.endMillis(), command.stepMillis()));
        if (answer != null) {
            checkNotes(command, answer);
            new ResultCheck(command).check(answer.value());
        }
    }

    private void evaluateInstant(Evaluate command, String query, long moment) {
        QueryAnswer answer = ask(
                command,
                query,
                expr -> engine.instant(view.apply(store), Tenant.DEFAULT, expr, moment, QueryBudget.unlimited()));
        if (answer == null) {
            return;
        }
        checkNotes(command, answer);
        ResultCheck check = new ResultCheck(command);
        check.check(answer.value());
        boolean isComparable = command.expectations().isRangeModeComparable()
                && !command.expectations().isOrdered()
                && !CONTEXT_FUNCTION.matcher(query).find();
        if (isComparable) {
            try {
                compareRange(check, query, moment, answer.value());
            } catch (ScriptException | OperationException e) {
                throw new ScriptException("in range mode: " + e.getMessage());
            }
        }
    }

    /// Asks the query at the minutes around the moment and compares the middle.
    private void compareRange(ResultCheck check, String query, long moment, Value instant) {
        QueryAnswer answer = range(engine.parse(query), moment - MINUTE, moment + MINUTE, MINUTE);
        List<VectorSample> samples = new ArrayList<>();
        if (answer.value() instanceof Value.MatrixValue matrix) {
            for (MatrixSeries series : matrix.series()) {
                add(series, moment, samples);
            }
        }
        if (instant instanceof Value.ScalarValue) {
            check.scalar(samples.getFirst().value());
        } else {
            check.vector(samples);
        }
    }

    private static void add(MatrixSeries series, long moment, List<VectorSample> into) {
        for (int i = 0; i < series.timestamps().length; i++) {
            if (series.timestamps()[i] == moment) {
                into.add(new VectorSample(series.labels(), series.values()[i], null));
            }
        }
        for (int i = 0; i < series.histograms().length; i++) {
            if (series.histogramTimestamps()[i] == moment) {
                into.add(new VectorSample(series.labels(), 0, series.histograms()[i]));
            }
        }
    }
}
