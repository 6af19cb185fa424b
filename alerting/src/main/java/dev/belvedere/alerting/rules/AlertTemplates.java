package dev.belvedere.alerting.rules;

import dev.belvedere.alerting.template.FunctionSet;
import dev.belvedere.alerting.template.PrometheusFunctions;
import dev.belvedere.alerting.template.QuerySample;
import dev.belvedere.alerting.template.Template;
import dev.belvedere.alerting.template.TemplateException;
import dev.belvedere.alerting.template.TemplateFailure;
import dev.belvedere.alerting.template.TemplateLimits;
import dev.belvedere.alerting.template.TextMap;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.histogram.HistogramText;
import java.util.List;
import java.util.Map;

/// Expands the labels and annotations of one rule at one evaluation.
final class AlertTemplates {

    private static final System.Logger LOG = System.getLogger(AlertTemplates.class.getName());

    private final String alert;
    private final Evaluation evaluation;
    private final FunctionSet functions;
    private final TextMap externalLabels;

    AlertTemplates(String alert, Evaluation evaluation) {
        this.alert = alert;
        this.evaluation = evaluation;
        this.functions = PrometheusFunctions.at(
                evaluation.timeMillis(), evaluation.settings().externalUrl(), this::query);
        this.externalLabels = TextMap.of(evaluation.settings().externalLabels());
    }

    /// A template that fails stands for its error, so that the alert is not lost.
    String expand(Template template, RuleSample sample) {
        TextMap labels = TextMap.of(sample.labels());
        Object value = value(sample);
        String externalUrl = evaluation.settings().externalUrl();
        Map<String, Object> data = Map.of(
                "Labels", labels,
                "ExternalLabels", externalLabels,
                "ExternalURL", externalUrl,
                "Value", value);
        Map<String, Object> variables = Map.of(
                "labels", labels,
                "externalLabels", externalLabels,
                "externalURL", externalUrl,
                "value", value);
        try {
            return template.expand(data, variables, functions, TemplateLimits.DEFAULT);
        } catch (TemplateException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "expanding a template of alert " + alert + " failed: " + e.getMessage());
            return "<error expanding template: error executing template __alert_" + alert + ": " + e.getMessage() + ">";
        }
    }

    private static Object value(RuleSample sample) {
        NativeHistogram histogram = sample.histogram();
        return histogram == null ? sample.value() : HistogramText.of(histogram);
    }

    private List<QuerySample> query(String expression) {
        try {
            return evaluation.run(evaluation.query().parse(expression)).stream()
                    .map(sample -> new QuerySample(TextMap.of(sample.labels()), value(sample)))
                    .toList();
        } catch (OperationException e) {
            throw new TemplateFailure(e.getMessage());
        }
    }
}
