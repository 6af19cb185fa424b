package dev.belvedere.scrape.relabel;

import com.google.re2j.Matcher;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.InvalidRegexException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One entry of `relabel_configs` or its sisters. Immutable; two rules written alike are equal.
public final class RelabelRule {

    private static final String DEFAULT_REGEX = "(.*)";
    private static final String DEFAULT_SEPARATOR = ";";
    private static final String DEFAULT_REPLACEMENT = "$1";

    /// How a rule is written, defaults filled in.
    public record Form(
            List<String> sourceLabels,
            String separator,
            String regex,
            long modulus,
            String targetLabel,
            String replacement,
            RelabelAction action,
            NameValidation names) {}

    private final Form form;
    private final AnchoredRegex regex;
    private final Template target;
    private final Template replacement;

    private RelabelRule(Form form, AnchoredRegex regex) {
        this.form = form;
        this.regex = regex;
        this.target = new Template(form.targetLabel);
        this.replacement = new Template(form.replacement);
    }

    /// A list of rules; empty where the key is absent.
    public static List<RelabelRule> readAll(YamlMap owner, String key, NameValidation names) {
        List<RelabelRule> rules = new ArrayList<>();
        for (YamlNode node : owner.list(key)) {
            if (node.isNull()) {
                throw node.error("empty or null relabel rule in " + key);
            }
            rules.add(read(node, names));
        }
        return List.copyOf(rules);
    }

    /// @throws dev.belvedere.platform.yaml.ConfigException if the rule cannot do what its action needs
    public static RelabelRule read(YamlNode node, NameValidation names) {
        YamlMap map = node.map();
        RelabelAction action = RelabelAction.REPLACE;
        if (map.has("action")) {
            String name = map.string("action", "");
            action = RelabelAction.ofConfigName(name)
                    .orElseThrow(() -> map.key("action").error("unknown relabel action \"" + name + "\""));
        }
        List<String> sources = map.strings("source_labels");
        Form form = new Form(
                sources,
                map.string("separator", DEFAULT_SEPARATOR),
                map.string("regex", DEFAULT_REGEX),
                map.integer("modulus", 0),
                map.string("target_label", ""),
                map.string("replacement", DEFAULT_REPLACEMENT),
                action,
                names);
        map.rejectUnknown();
        for (String source : sources) {
            if (!names.isLabelName(source)) {
                throw map.key("source_labels").error("\"" + source + "\" is not a valid label name");
            }
        }
        AnchoredRegex regex;
        try {
            regex = AnchoredRegex.compile(form.regex);
        } catch (InvalidRegexException e) {
            throw map.require("regex").error(String.valueOf(e.getMessage()));
        }
        RelabelRule rule = new RelabelRule(form, regex);
        rule.check(map);
        return rule;
    }

    private void check(YamlMap map) {
        String action = form.action.configName();
        if (form.action == RelabelAction.HASHMOD && form.modulus <= 0) {
            throw map.node().error("relabel action hashmod needs a modulus above 0");
        }
        if (form.action.needsTarget() && form.targetLabel.isEmpty()) {
            throw map.node().error("relabel action " + action + " needs a target_label");
        }
        boolean mayHaveGroups = form.action == RelabelAction.REPLACE;
        String checkedTarget = mayHaveGroups ? target.withoutGroups() : form.targetLabel;
        if (form.action.needsTarget() && !form.names.isLabelName(checkedTarget)) {
            throw map.key("target_label").error("\"" + form.targetLabel + "\" is not a valid target_label");
        }
        if (form.action == RelabelAction.LABELMAP && !form.names.isLabelName(replacement.withoutGroups())) {
            throw map.key("replacement").error("\"" + form.replacement + "\" is not a valid replacement for labelmap");
        }
        if (form.action.isCaseChange() && !form.replacement.equals(DEFAULT_REPLACEMENT)) {
            throw map.key("replacement").error("relabel action " + action + " takes no replacement");
        }
        boolean isPlain = form.modulus == 0
                && form.separator.equals(DEFAULT_SEPARATOR)
                && form.replacement.equals(DEFAULT_REPLACEMENT);
        if (form.action.isEquality() && !(isPlain && form.regex.equals(DEFAULT_REGEX))) {
            throw map.node().error("relabel action " + action + " takes only source_labels and target_label");
        }
        if (form.action.isByLabelName() && !(isPlain && form.sourceLabels.isEmpty() && form.targetLabel.isEmpty())) {
            throw map.node().error("relabel action " + action + " takes only a regex");
        }
    }

    /// How the rule is written.
    public Form form() {
        return form;
    }

    /// Applies rules one after the other.
    ///
    /// @return empty if a rule drops the labels
    public static Optional<Labels> apply(List<RelabelRule> rules, Labels labels) {
        if (rules.isEmpty()) {
            return Optional.of(labels);
        }
        Labels.Builder builder = labels.toBuilder();
        for (RelabelRule rule : rules) {
            if (!rule.apply(builder)) {
                return Optional.empty();
            }
        }
        return Optional.of(builder.build());
    }

    /// @return whether the labels are kept
    private boolean apply(Labels.Builder labels) {
        String value = sourceValue(labels);
        switch (form.action) {
            case KEEP -> {
                return regex.matches(value);
            }
            case DROP -> {
                return !regex.matches(value);
            }
            case KEEPEQUAL -> {
                return labels.get(form.targetLabel).equals(value);
            }
            case DROPEQUAL -> {
                return !labels.get(form.targetLabel).equals(value);
            }
            case REPLACE -> replace(labels, value);
            case HASHMOD -> labels.set(form.targetLabel, Long.toUnsignedString(hash(value)));
            case LOWERCASE -> labels.set(form.targetLabel, value.toLowerCase(Locale.ROOT));
            case UPPERCASE -> labels.set(form.targetLabel, value.toUpperCase(Locale.ROOT));
            case LABELMAP -> map(labels);
            case LABELDROP -> removeNames(labels, true);
            case LABELKEEP -> removeNames(labels, false);
        }
        return true;
    }

    private String sourceValue(Labels.Builder labels) {
        if (form.sourceLabels.size() == 1) {
            return labels.get(form.sourceLabels.getFirst());
        }
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < form.sourceLabels.size(); i++) {
            value.append(i > 0 ? form.separator : "").append(labels.get(form.sourceLabels.get(i)));
        }
        return value.toString();
    }

    private void replace(Labels.Builder labels, String value) {
        Matcher match = regex.pattern().matcher(value);
        if (match.matches()) {
            String name = target.expand(match);
            if (form.names.isLabelName(name)) {
                labels.set(name, replacement.expand(match));
            }
        }
    }

    /// The last 8 bytes of the MD5 sum, unsigned, modulo the rule's: which shard a target belongs to must be the same
    /// here and in Prometheus.
    private long hash(String value) {
        try {
            byte[] sum = MessageDigest.getInstance("MD5").digest(value.getBytes(StandardCharsets.UTF_8));
            return Long.remainderUnsigned(ByteBuffer.wrap(sum).getLong(8), form.modulus);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    private void map(Labels.Builder labels) {
        Labels before = labels.build();
        before.forEach((name, value) -> {
            Matcher match = regex.pattern().matcher(name);
            if (match.matches()) {
                labels.set(replacement.expand(match), value);
            }
        });
    }

    private void removeNames(Labels.Builder labels, boolean removesMatches) {
        for (String name : labels.names()) {
            if (regex.matches(name) == removesMatches) {
                labels.remove(name);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RelabelRule that && form.equals(that.form);
    }

    @Override
    public int hashCode() {
        return form.hashCode();
    }

    @Override
    public String toString() {
        return form.toString();
    }
}
