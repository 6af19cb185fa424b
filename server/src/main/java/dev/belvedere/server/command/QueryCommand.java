package dev.belvedere.server.command;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.platform.http.OutboundRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "query",
        description = "Asks a running server: PromQL, or LogQL with --logs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  belvedere query 'sum by (job) (up)'",
            "  belvedere query --start -1h --step 1m 'rate(process_cpu_seconds_total[5m])'",
            "  belvedere query --explain --start -1h 'rate(process_cpu_seconds_total[5m])'",
            "  belvedere query --logs --start -15m '{service_name=~\".+\"} |= \"error\"'"
        })
final class QueryCommand implements Callable<Integer> {

    enum Output {
        TABLE,
        JSON
    }

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final long MAX_RESPONSE_BYTES = 256L << 20;

    @Parameters(index = "0", paramLabel = "EXPRESSION", description = "PromQL, or LogQL with --logs.")
    private String expression = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The server, default ${DEFAULT-VALUE}.",
            defaultValue = "http://127.0.0.1:9090")
    private String url = "";

    @Option(names = "--logs", description = "The expression is LogQL.")
    private boolean isLogql;

    @Option(
            names = "--explain",
            description = "Shows what each part of the query costs instead of its answer; of PromQL.")
    private boolean isExplained;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "The moment: RFC 3339, Unix seconds, or -5m. Default now.")
    private String time = "";

    @Option(names = "--start", paramLabel = "TIME", description = "The first moment of a range.")
    private String start = "";

    @Option(names = "--end", paramLabel = "TIME", description = "The last moment of a range, default now.")
    private String end = "";

    @Option(names = "--step", paramLabel = "DURATION", description = "Between two moments of a range.")
    private String step = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Most lines, default ${DEFAULT-VALUE}.",
            defaultValue = "100")
    private int limit;

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE}.",
            defaultValue = "TABLE")
    private Output output = Output.TABLE;

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (isExplained && isLogql) {
            throw new OperationException(
                    "bad_option", Fault.USER, "--explain knows PromQL only: leave --logs or --explain out");
        }
        byte[] body = ask();
        if (output == Output.JSON) {
            out.println(new String(body, StandardCharsets.UTF_8));
        } else {
            out.print(table(body));
        }
        out.flush();
        return ExitCode.OK;
    }

    private byte[] ask() throws InterruptedException {
        RunningServer server = RunningServer.at(url);
        OutboundRequest.Response response =
                server.send(OutboundRequest.get(address(server), TIMEOUT, MAX_RESPONSE_BYTES));
        if (response.status() != 200) {
            String text = new String(response.body(), StandardCharsets.UTF_8).strip();
            throw new OperationException("query_failed", Fault.USER, reason(text));
        }
        return response.body();
    }

    /// The sentence within an error answer.
    private static String reason(String body) {
        try {
            String error = JsonTree.text(JsonTree.read(body.getBytes(StandardCharsets.UTF_8)), "error");
            return error.isEmpty() ? body : error;
        } catch (IOException notJson) {
            return body;
        }
    }

    private URI address(RunningServer server) {
        boolean isRange = !start.isEmpty() || isLogql && time.isEmpty();
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("query", expression);
        if (isRange) {
            parameters.put("start", start.isEmpty() ? moment("-1h") : moment(start));
            parameters.put("end", moment(end));
            parameters.put("step", step.isEmpty() && !isLogql ? "60" : step);
        } else {
            parameters.put("time", moment(time));
        }
        if (isLogql) {
            parameters.put("limit", Integer.toString(limit));
        }
        StringJoiner query = new StringJoiner("&");
        parameters.forEach((name, value) -> {
            if (!value.isEmpty()) {
                query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        return server.address(path(isRange) + "?" + query);
    }

    private String path(boolean isRange) {
        if (isExplained) {
            return "/api/belvedere/v1/queries/explain";
        }
        return (isLogql ? "/loki/api/v1/" : "/api/v1/") + (isRange ? "query_range" : "query");
    }

    /// `-5m` counts back from now; everything else is the server's to read.
    private static String moment(String text) {
        return Moments.absolute(text);
    }

    private String table(byte[] body) {
        Object tree;
        try {
            tree = JsonTree.read(body);
        } catch (IOException e) {
            throw new OperationException("bad_answer", Fault.DEPENDENCY, url + " did not answer with JSON", e);
        }
        if (isExplained) {
            return ExplainedPlan.of(tree);
        }
        Map<String, Object> data = JsonTree.object(tree, "data");
        String type = JsonTree.text(data, "resultType");
        return switch (type) {
            case "streams" -> lines(data);
            case "vector" -> vector(data);
            case "matrix" -> matrix(data);
            default -> scalar(data);
        };
    }

    private static String lines(Map<String, Object> data) {
        TextTable table = new TextTable("TIME", "STREAM", "LINE");
        for (Object stream : JsonTree.list(data, "result")) {
            String labels = labels(JsonTree.object(stream, "stream"));
            for (Object entry : JsonTree.list(stream, "values")) {
                if (entry instanceof List<?> pair) {
                    table.add(
                            List.of(Moments.ofNanos(String.valueOf(pair.get(0))), labels, String.valueOf(pair.get(1))));
                }
            }
        }
        return table.toString();
    }

    private static String vector(Map<String, Object> data) {
        TextTable table = new TextTable("SERIES", "VALUE");
        for (Object series : JsonTree.list(data, "result")) {
            List<Object> point = JsonTree.list(series, "value");
            String value =
                    point.isEmpty() ? String.valueOf(JsonTree.list(series, "histogram")) : String.valueOf(point.get(1));
            table.add(List.of(labels(JsonTree.object(series, "metric")), value));
        }
        return table.toString();
    }

    private static String matrix(Map<String, Object> data) {
        TextTable table = new TextTable("SERIES", "TIME", "VALUE");
        for (Object series : JsonTree.list(data, "result")) {
            String labels = labels(JsonTree.object(series, "metric"));
            for (Object entry : JsonTree.list(series, "values")) {
                if (entry instanceof List<?> point) {
                    table.add(List.of(
                            labels, Moments.ofSeconds(String.valueOf(point.get(0))), String.valueOf(point.get(1))));
                }
            }
        }
        return table.toString();
    }

    private static String scalar(Map<String, Object> data) {
        List<Object> point = JsonTree.list(data, "result");
        return point.isEmpty() ? "\n" : point.get(1) + "\n";
    }

    private static String labels(Map<String, Object> labels) {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        labels.forEach((name, value) -> {
            if (!name.equals("__name__")) {
                text.add(name + "=" + LabelNames.quote(String.valueOf(value)));
            }
        });
        return labels.getOrDefault("__name__", "") + text.toString();
    }
}
