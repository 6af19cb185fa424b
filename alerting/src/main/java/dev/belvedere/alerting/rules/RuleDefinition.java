package dev.belvedere.alerting.rules;

import dev.belvedere.alerting.template.Template;
import dev.belvedere.model.labels.Labels;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A rule as its file says it.
public sealed interface RuleDefinition {

    String name();

    RuleExpression expression();

    /// The labels written, those of the group included; templates as they stand.
    Labels labels();

    /// @param ownLabels set on every result; an empty value removes the label
    record Recording(String name, RuleExpression expression, Map<String, String> ownLabels) implements RuleDefinition {

        public Recording {
            ownLabels = Collections.unmodifiableMap(new LinkedHashMap<>(ownLabels));
        }

        @Override
        public Labels labels() {
            return Labels.of(ownLabels);
        }
    }

    /// @param holdMillis `for`: how long the condition must hold before the alert fires
    /// @param keepFiringMillis how long the alert goes on firing after the condition ended
    /// @param labels as written
    /// @param labelTemplates by label name
    /// @param annotations as written
    /// @param annotationTemplates by annotation name
    record Alerting(
            String name,
            RuleExpression expression,
            long holdMillis,
            long keepFiringMillis,
            Labels labels,
            Map<String, Template> labelTemplates,
            Labels annotations,
            Map<String, Template> annotationTemplates)
            implements RuleDefinition {

        public Alerting {
            labelTemplates = Collections.unmodifiableMap(new LinkedHashMap<>(labelTemplates));
            annotationTemplates = Collections.unmodifiableMap(new LinkedHashMap<>(annotationTemplates));
        }
    }

    /// Everything the rule says; two rules with the same text do the same.
    default String text() {
        return switch (this) {
            case Recording r ->
                "record " + r.name() + r.ownLabels() + " = " + r.expression().text();
            case Alerting a ->
                "alert " + a.name() + a.labels() + a.annotations() + " for " + a.holdMillis() + " keep "
                        + a.keepFiringMillis() + " = " + a.expression().text();
        };
    }

    /// What a rule is recognised by over a reload.
    default String identity() {
        return name() + labels();
    }
}
