package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.labels.Labels;
import java.util.Set;

/// Which attributes of a resource become stream labels: those that Loki indexes by default. They name where a
/// record comes from and have few values.
public final class LogStreams {

    private static final Set<String> INDEXED = Set.of(
            "cloud.availability_zone",
            "cloud.region",
            "container.name",
            "deployment.environment",
            "deployment.environment.name",
            "k8s.cluster.name",
            "k8s.container.name",
            "k8s.cronjob.name",
            "k8s.daemonset.name",
            "k8s.deployment.name",
            "k8s.job.name",
            "k8s.namespace.name",
            "k8s.pod.name",
            "k8s.replicaset.name",
            "k8s.statefulset.name",
            "service.instance.id",
            "service.name",
            "service.namespace");

    private LogStreams() {}

    /// What all records of a resource share.
    public record Stream(Labels labels, Attributes otherAttributes) {}

    public static Stream of(Attributes resource) {
        Labels.Builder labels = new Labels.Builder();
        Attributes.Builder others = Attributes.builder();
        for (int i = 0; i < resource.size(); i++) {
            String key = resource.key(i);
            AttributeValue value = resource.value(i);
            if (INDEXED.contains(key) && !value.toString().isEmpty()) {
                labels.set(key.replace('.', '_'), value.toString());
            } else {
                others.put(key, value);
            }
        }
        if (labels.get("service_name").isEmpty()) {
            labels.set("service_name", new Resource(resource).serviceName());
        }
        return new Stream(labels.build(), others.build());
    }
}
