package dev.belvedere.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a server tells of a query's plan, as a tree with the costs of each node before it.
final class ExplainedPlan {

    private final TextTable table =
            new TextTable("CPU ms", "CPU ms BELOW", "ms", "SERIES", "STEPS", "SAMPLES", "BLOCKS", "PLAN");

    private ExplainedPlan() {}

    /// @param answer of the server's `explain`
    static String of(Object answer) {
        ExplainedPlan plan = new ExplainedPlan();
        plan.add(JsonTree.object(answer, "plan"), "", "");
        Map<String, Object> timings = JsonTree.object(JsonTree.object(answer, "stats"), "timings");
        return "steps " + JsonTree.text(answer, "steps") + ", kept " + JsonTree.text(answer, "cache") + ", queued "
                + millis(timings, "execQueueTime") + " ms, ran " + millis(timings, "execTotalTime") + " ms\n"
                + plan.table;
    }

    /// @param own what leads to the node in the tree
    /// @param below what stands before the nodes below it
    private void add(Map<String, Object> node, String own, String below) {
        table.add(List.of(
                millis(node, "cpuSeconds"),
                cpuBelow(node),
                millis(node, "seconds"),
                JsonTree.text(node, "series"),
                JsonTree.text(node, "steps"),
                JsonTree.text(node, "samplesRead"),
                JsonTree.text(node, "blocksRead"),
                own + JsonTree.text(node, "node") + "  " + JsonTree.text(node, "expr")
                        + (JsonTree.text(node, "once").equals("true") ? "  (once)" : "")));
        List<Map<String, Object>> children = new ArrayList<>();
        for (Object child : JsonTree.list(node, "children")) {
            children.add(JsonTree.object(Map.of("node", child), "node"));
        }
        for (int i = 0; i < children.size(); i++) {
            boolean isLast = i == children.size() - 1;
            add(children.get(i), below + (isLast ? "└─ " : "├─ "), below + (isLast ? "   " : "│  "));
        }
    }

    private static String cpuBelow(Map<String, Object> node) {
        double below = seconds(node, "totalCpuSeconds") - seconds(node, "cpuSeconds");
        return Double.isNaN(below) ? "-" : millis(Math.max(0, below));
    }

    private static String millis(Map<String, Object> object, String name) {
        double seconds = seconds(object, name);
        return Double.isNaN(seconds) ? "-" : millis(seconds);
    }

    private static String millis(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds * 1000);
    }

    private static double seconds(Map<String, Object> object, String name) {
        String text = JsonTree.text(object, name);
        return text.isEmpty() || text.equals("null") ? Double.NaN : Double.parseDouble(text);
    }
}
