package dev.belvedere.logql.pipeline;

import dev.belvedere.logql.syntax.LogqlExpr.LogQuery;
import dev.belvedere.logql.syntax.Stage;
import dev.belvedere.logql.syntax.Template;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.AnchoredRegex;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The stages of one query, ready to run. Used by one thread.
public final class Pipeline {

    /// One stage at work.
    interface Step {

        /// @return false to drop the line
        boolean apply(Line line);
    }

    private static final Pattern ANSI = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");

    private final List<Step> steps;
    private final List<String> requiredText;
    private final Line line = new Line();

    private Pipeline(List<Step> steps, List<String> requiredText) {
        this.steps = steps;
        this.requiredText = requiredText;
    }

    public static Pipeline of(LogQuery query) {
        List<Step> steps = new ArrayList<>();
        List<String> requiredText = new ArrayList<>();
        boolean isLineOriginal = true;
        for (Stage stage : query.stages()) {
            if (stage instanceof Stage.LineFilter filter && isLineOriginal && isRequirement(filter)) {
                requiredText.add(filter.anyOf().getFirst());
            }
            isLineOriginal &= !(stage instanceof Stage.LineFormat
                    || stage instanceof Stage.Decolorize
                    || stage instanceof Stage.Unpack);
            steps.add(step(stage));
        }
        return new Pipeline(List.copyOf(steps), List.copyOf(requiredText));
    }

    private static boolean isRequirement(Stage.LineFilter filter) {
        return filter.match() == Stage.TextMatch.CONTAINS
                && filter.anyOf().size() == 1
                && !filter.anyOf().getFirst().isEmpty();
    }

    /// Substrings without which no record passes: a hint for the store.
    public List<String> requiredText() {
        return requiredText;
    }

    /// Runs a record through all stages.
    ///
    /// @return the line as it comes out, valid until the next call; or null where it is dropped
    public @org.jspecify.annotations.Nullable Line process(LogRecord entry) {
        line.load(entry);
        for (Step step : steps) {
            if (!step.apply(line)) {
                return null;
            }
        }
        return line;
    }

    private static Step step(Stage stage) {
        return switch (stage) {
            case Stage.LineFilter filter -> lineFilter(filter);
            case Stage.Json json -> new JsonStep(json.paths());
            case Stage.Logfmt logfmt -> new LogfmtStep(logfmt);
            case Stage.Regexp regexp -> new RegexpStep(regexp.expression());
            case Stage.Pattern pattern -> PatternStep.compile(pattern.expression());
            case Stage.Unpack unpack -> new UnpackStep();
            case Stage.LabelFilter filter -> new LabelFilterStep(filter.predicate());
            case Stage.Drop drop -> line -> drop(drop, line.labels());
            case Stage.Keep keep -> line -> keep(keep, line.labels());
            case Stage.Decolorize decolorize -> Pipeline::decolorize;
            case Stage.LabelFormat format -> line -> labelFormat(format, line);
            case Stage.LineFormat format -> line -> lineFormat(format.template(), line);
        };
    }

    private static Step lineFilter(Stage.LineFilter filter) {
        boolean isNegative = filter.match().isNegative();
        if (!filter.match().isRegex()) {
            List<String> texts = filter.anyOf();
            return line -> texts.stream().anyMatch(line.text()::contains) != isNegative;
        }
        List<com.google.re2j.Pattern> patterns = filter.anyOf().stream()
                .map(expression -> AnchoredRegex.compile(expression).pattern())
                .toList();
        return line -> patterns.stream().anyMatch(p -> p.matcher(line.text()).find()) != isNegative;
    }

    private static boolean decolorize(Line line) {
        if (line.text().indexOf('\u001b') >= 0) {
            line.setText(ANSI.matcher(line.text()).replaceAll(""));
        }
        return true;
    }

    private static boolean drop(Stage.Drop drop, LineLabels labels) {
        for (Stage.Selected selected : drop.labels()) {
            if (LabelFilterStep.test(selected.predicate(), labels)) {
                labels.remove(selected.name());
            }
        }
        return true;
    }

    private static boolean keep(Stage.Keep keep, LineLabels labels) {
        for (String name : labels.presentNames()) {
            boolean isKept = name.startsWith("__")
                    || keep.labels().stream()
                            .anyMatch(selected ->
                                    selected.name().equals(name) && LabelFilterStep.test(selected.predicate(), labels));
            if (!isKept) {
                labels.remove(name);
            }
        }
        return true;
    }

    private static boolean labelFormat(Stage.LabelFormat format, Line line) {
        for (Stage.Assignment assignment : format.assignments()) {
            String value = render(assignment.value(), line);
            if (assignment.isRename()
                    && assignment.value().parts().getFirst() instanceof Template.Label source
                    && line.labels().has(source.name())) {
                line.labels().remove(source.name());
            }
            line.labels().set(assignment.target(), value, LineLabels.Origin.PARSED);
        }
        return true;
    }

    private static boolean lineFormat(Template template, Line line) {
        line.setText(render(template, line));
        return true;
    }

    private static String render(Template template, Line line) {
        StringBuilder text = new StringBuilder();
        for (Template.Part part : template.parts()) {
            switch (part) {
                case Template.Literal literal -> text.append(literal.text());
                case Template.Label label -> text.append(line.labels().get(label.name()));
                case Template.Line whole -> text.append(line.text());
            }
        }
        return text.toString();
    }
}
