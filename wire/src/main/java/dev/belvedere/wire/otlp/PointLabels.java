package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.labels.Labels;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;

/// Makes the labels of data points of one resource: their own attributes, what is promoted of resource and scope,
/// and `job` and `instance` of the service's identity.
final class PointLabels {

    private static final Set<String> IDENTIFYING = Set.of("service.namespace", "service.name", "service.instance.id");

    private final MetricNames names;
    private final OtlpOptions options;
    private final Attributes resource;
    private final Labels promoted;
    private final String job;
    private final String instance;

    PointLabels(MetricNames names, OtlpOptions options, Attributes resource) {
        this.names = names;
        this.options = options;
        this.resource = resource;
        String service = resource.text("service.name");
        String namespace = resource.text("service.namespace");
        this.job = service.isEmpty() || namespace.isEmpty() ? service : namespace + "/" + service;
        this.instance = resource.text("service.instance.id");
        Labels.Builder labels = new Labels.Builder();
        for (int i = 0; i < resource.size(); i++) {
            String name = isPromoted(resource.key(i)) ? names.label(resource.key(i)) : "";
            if (!name.isEmpty()) {
                labels.set(name, resource.value(i).toString());
            }
        }
        this.promoted = labels.build();
    }

    private boolean isPromoted(String key) {
        return options.promoteAllResourceAttributes()
                ? !options.ignoreResourceAttributes().contains(key)
                : options.promoteResourceAttributes().contains(key);
    }

    private static void setUnlessThere(Labels.Builder labels, String name, String value) {
        if (labels.get(name).isEmpty()) {
            labels.set(name, value);
        }
    }

    /// The labels of a point, without a metric name.
    Labels of(Attributes attributes, Scope scope, String schemaUrl) {
        Labels.Builder labels = new Labels.Builder();
        putAttributes(labels, attributes, Set.of());
        promoted.forEach((name, value) -> setUnlessThere(labels, name, value));
        if (options.promoteScopeMetadata() && !scope.name().isEmpty()) {
            scope.attributes().forEach((key, value) -> labels.set(names.label("otel_scope_" + key), value.toString()));
            labels.set("otel_scope_name", scope.name());
            labels.set("otel_scope_version", scope.version());
            labels.set("otel_scope_schema_url", schemaUrl);
        }
        putIdentity(labels);
        return labels.build();
    }

    private void putIdentity(Labels.Builder labels) {
        if (!job.isEmpty()) {
            labels.set("job", job);
        }
        if (!instance.isEmpty()) {
            labels.set("instance", instance);
        }
    }

    /// Attributes whose names become the same are joined in the order of their keys.
    private void putAttributes(Labels.Builder labels, Attributes attributes, Set<String> except) {
        Integer[] order = new Integer[attributes.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparing(attributes::key, Labels::compareUtf8));
        for (int i : order) {
            String name = except.contains(attributes.key(i)) ? "" : names.label(attributes.key(i));
            if (!name.isEmpty()) {
                String value = attributes.value(i).toString();
                String before = labels.get(name);
                labels.set(name, before.isEmpty() ? value : before + ";" + value);
            }
        }
    }

    /// The labels of `target_info`; empty where it would tell nothing that `job` and `instance` do not, or has neither.
    Labels targetInfo() {
        if (!hasOtherThanIdentity()) {
            return Labels.EMPTY;
        }
        Labels.Builder labels = new Labels.Builder();
        putAttributes(labels, resource, options.keepIdentifyingResourceAttributes() ? Set.of() : IDENTIFYING);
        putIdentity(labels);
        boolean isIdentified =
                !labels.get("job").isEmpty() || !labels.get("instance").isEmpty();
        return isIdentified ? labels.set(Labels.METRIC_NAME, "target_info").build() : Labels.EMPTY;
    }

    private boolean hasOtherThanIdentity() {
        for (int i = 0; i < resource.size(); i++) {
            if (!IDENTIFYING.contains(resource.key(i))) {
                return true;
            }
        }
        return false;
    }
}
