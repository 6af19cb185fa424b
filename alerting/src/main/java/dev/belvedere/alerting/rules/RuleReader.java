package dev.belvedere.alerting.rules;

import dev.belvedere.alerting.template.PrometheusFunctions;
import dev.belvedere.alerting.template.Template;
import dev.belvedere.alerting.template.TemplateException;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.storage.QueryBudget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads one rule of a file and collects its faults.
final class RuleReader {

    /// Names that templates of alerting rules find declared.
    private static final Map<String, String> TEMPLATE_VARIABLES = Map.of(
            "labels", "Labels", "externalLabels", "ExternalLabels", "externalURL", "ExternalURL", "value", "Value");

    private static final String DEFAULT_TYPE = "promql";

    /// Stands for an expression that has a fault, until the rule is refused for it.
    private static final RuleExpression FAULTY = new RuleExpression() {
        @Override
        public String text() {
            return "";
        }

        @Override
        public List<RuleSample> evaluate(long timeMillis, QueryBudget budget) {
            throw new IllegalStateException("the rule's expression has a fault");
        }
    };

    /// Makes an error at a character of a YAML string.
    interface Placer {
        ConfigException at(YamlNode scalar, int offset, String problem);
    }

    private final RuleFiles.Checks checks;
    private final Placer placer;
    private final MergedMap map;
    private final Map<String, String> groupLabels;
    private final List<ConfigException> problems;
    private final String prefix;
    private final String record;
    private final String alert;

    RuleReader(
            RuleFiles.Checks checks, Placer placer, MergedMap map, GroupPlace group, List<ConfigException> problems) {
        this.checks = checks;
        this.placer = placer;
        this.map = map;
        this.groupLabels = group.labels();
        this.problems = problems;
        this.record = map.string("record");
        this.alert = map.string("alert");
        this.prefix = "group " + LabelNames.quote(group.name()) + ", rule " + group.number() + ", "
                + LabelNames.quote(alert.isEmpty() ? record : alert) + ": ";
    }

    /// Where a rule stands.
    ///
    /// @param number of the rule in its group, from 1
    record GroupPlace(String name, int number, Map<String, String> labels) {}

    /// @return empty if the rule has a fault; then `problems` has grown
    Optional<RuleDefinition> read() {
        int before = problems.size();
        try {
            if (record.isEmpty() == alert.isEmpty()) {
                String problem = record.isEmpty()
                        ? "one of 'record' or 'alert' must be set"
                        : "only one of 'record' and 'alert' must be set";
                throw map.node().error(prefix + problem);
            }
            RuleExpression expression = expression();
            RuleDefinition rule = alert.isEmpty() ? recording(expression) : alerting(expression);
            map.rejectUnknown();
            return problems.size() == before ? Optional.of(rule) : Optional.empty();
        } catch (ConfigException e) {
            problems.add(e);
            return Optional.empty();
        }
    }

    private RuleExpression expression() {
        RuleLanguage language = language();
        Optional<YamlNode> node = map.get("expr");
        if (node.isEmpty() || node.get().string().isEmpty()) {
            problems.add(node.orElse(map.node()).error(prefix + "field 'expr' must be set in rule"));
            return FAULTY;
        }
        try {
            return language.parse(node.get().string());
        } catch (ExpressionException e) {
            problems.add(placer.at(node.get(), e.offset(), prefix + e.getMessage()));
            return FAULTY;
        }
    }

    private RuleLanguage language() {
        Optional<YamlNode> type = map.get("type");
        String name = type.map(YamlNode::string).orElse(DEFAULT_TYPE);
        RuleLanguage language = checks.languages().get(name);
        if (language == null) {
            boolean isPlanned = name.equals("logql") || name.equals("traceql");
            throw type.orElse(map.node())
                    .error(prefix + "rules of type \"" + name + "\" are "
                            + (isPlanned ? "not built in yet" : "unknown; write promql"));
        }
        return language;
    }

    private Map<String, String> labels() {
        Map<String, String> all = new LinkedHashMap<>(groupLabels);
        map.nodes("labels").forEach((name, value) -> {
            if (!checks.isLabelName(name)) {
                problems.add(value.error(prefix + "invalid label name: " + name));
            }
            all.put(name, value.string());
        });
        return all;
    }

    private RuleDefinition recording(RuleExpression expression) {
        for (String field : List.of("for", "keep_firing_for")) {
            Optional<YamlNode> value = map.get(field);
            if (value.isPresent() && value.get().durationMillis() != 0) {
                throw value.get().error(prefix + "invalid field '" + field + "' in recording rule");
            }
        }
        Optional<YamlNode> annotations = map.get("annotations");
        if (annotations.isPresent() && !map.nodes("annotations").isEmpty()) {
            throw annotations.get().error(prefix + "invalid field 'annotations' in recording rule");
        }
        YamlNode node = map.get("record").orElse(map.node());
        if (!checks.isMetricName(record)) {
            throw node.error(prefix + "invalid recording rule name: " + record);
        }
        if (record.indexOf('{') >= 0 || record.indexOf('}') >= 0) {
            throw node.error(prefix + "braces present in the recording rule name; should it be in expr?: " + record);
        }
        return new RuleDefinition.Recording(record, expression, labels());
    }

    private RuleDefinition alerting(RuleExpression expression) {
        Map<String, String> labels = labels();
        Map<String, YamlNode> labelNodes = map.nodes("labels");
        Map<String, Template> labelTemplates = new LinkedHashMap<>();
        labels.forEach((name, text) -> template("label", name, text, labelNodes.getOrDefault(name, map.node()))
                .ifPresent(template -> labelTemplates.put(name, template)));
        Map<String, Template> annotationTemplates = new LinkedHashMap<>();
        Labels.Builder annotations = new Labels.Builder();
        map.nodes("annotations").forEach((name, node) -> {
            if (!checks.isAnnotationName(name)) {
                problems.add(node.error(prefix + "invalid annotation name: " + name));
            }
            annotations.set(name, node.string());
            template("annotation", name, node.string(), node)
                    .ifPresent(template -> annotationTemplates.put(name, template));
        });
        return new RuleDefinition.Alerting(
                alert,
                expression,
                map.get("for").map(YamlNode::durationMillis).orElse(0L),
                map.get("keep_firing_for").map(YamlNode::durationMillis).orElse(0L),
                Labels.of(labels),
                labelTemplates,
                annotations.build(),
                annotationTemplates);
    }

    private Optional<Template> template(String kind, String name, String text, YamlNode node) {
        try {
            return Optional.of(Template.parse("__alert_" + alert, text, PrometheusFunctions.NAMES, TEMPLATE_VARIABLES));
        } catch (TemplateException e) {
            String problem = prefix + kind + " " + LabelNames.quote(name) + ": " + e.getMessage();
            problems.add(node.isScalar() ? placer.at(node, e.position(), problem) : node.error(problem));
            return Optional.empty();
        }
    }
}
