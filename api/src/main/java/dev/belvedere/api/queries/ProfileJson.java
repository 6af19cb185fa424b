package dev.belvedere.api.queries;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.promql.evaluation.QueryProfile;

/// The costs of a plan as a JSON tree.
final class ProfileJson {

    private ProfileJson() {}

    static void write(JsonWriter json, QueryProfile.Node node) {
        json.beginObject().name("node").value(node.kind()).name("expr").value(node.text());
        json.name("position").beginArray();
        json.value(node.position().start()).value(node.position().end()).endArray();
        json.name("evaluations").value(node.evaluations()).name("steps").value(node.steps());
        json.name("once").value(node.isOnce()).name("series").value(node.series());
        json.name("seconds").value(node.nanos() / 1e9).name("totalSeconds").value(node.totalNanos() / 1e9);
        cpu(json.name("cpuSeconds"), node.cpuNanos());
        cpu(json.name("totalCpuSeconds"), node.totalCpuNanos());
        json.name("samplesRead").value(node.samplesRead()).name("blocksRead").value(node.blocksRead());
        json.name("children").beginArray();
        node.children().forEach(child -> write(json, child));
        json.endArray().endObject();
    }

    private static void cpu(JsonWriter json, long nanos) {
        if (nanos == QueryProfile.UNMEASURED) {
            json.nullValue();
        } else {
            json.value(nanos / 1e9);
        }
    }
}
