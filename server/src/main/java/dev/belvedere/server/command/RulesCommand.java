package dev.belvedere.server.command;

import dev.belvedere.alerting.rules.PromqlRules;
import dev.belvedere.alerting.rules.RuleDefinition;
import dev.belvedere.alerting.rules.RuleFile;
import dev.belvedere.alerting.rules.RuleFiles;
import dev.belvedere.api.params.Times;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.http.ConnectionOptions;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "rules",
        description = "Works with rules of a running server.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(backfill)",
        subcommands = RulesCommand.Backfill.class)
final class RulesCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say what to do: backfill");
    }

    @Command(
            name = "backfill",
            description = {
                "Evaluates recording rules over old data and writes what they would have written then.",
                "Files and groups in the order given, each over the whole time, so that later ones see the results"
                        + " of earlier ones. Running it again changes nothing. Alerting rules are left out."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  belvedere rules backfill --start 2026-01-01T00:00:00Z --end -1h recording.yml"
            })
    static final class Backfill implements Callable<Integer> {

        private static final Duration TIMEOUT = Duration.ofMinutes(3);
        private static final int MAX_ANSWER_BYTES = 1 << 20;
        private static final int MAX_FILE_BYTES = 16 << 20;

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "Rule files, as the server names them.")
        private List<Path> files = new ArrayList<>();

        @Option(
                names = "--start",
                paramLabel = "TIME",
                required = true,
                description = "The first moment: RFC 3339, Unix seconds, or -30d.")
        private String start = "";

        @Option(names = "--end", paramLabel = "TIME", description = "The last moment, default now.")
        private String end = "";

        @Option(
                names = "--eval-interval",
                paramLabel = "DURATION",
                description = "Of groups that name none; default the server's evaluation_interval.")
        private String interval = "";

        @Option(
                names = "--url",
                paramLabel = "URL",
                description = "The server, default ${DEFAULT-VALUE}.",
                defaultValue = "http://127.0.0.1:9090")
        private String url = "";

        @Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        /// A group and the time over which it is evaluated.
        ///
        /// @param text of the whole file
        private record Work(String file, String text, RuleFile.Group group, long startMillis, long endMillis) {}

        /// What the server has done for one group so far.
        private record Totals(long evaluations, long samples, long failures, String firstFailure) {}

        @Override
        public Integer call() throws IOException, InterruptedException {
            LocalDisk disk = new LocalDisk();
            RuleFiles reader =
                    new RuleFiles(Map.of("promql", PromqlRules.forChecking(new PromqlEngine(PromqlOptions.DEFAULT))));
            long startMillis = millis("--start", start);
            long endMillis = millis("--end", end);
            RunningServer server = RunningServer.at(url);
            long failures = 0;
            for (Path path : files) {
                Path absolute = path.toAbsolutePath().normalize();
                String text = new String(disk.readAll(absolute, MAX_FILE_BYTES), StandardCharsets.UTF_8);
                for (RuleFile file :
                        reader.parse(absolute.toString(), text).orThrow().files()) {
                    for (RuleFile.Group group : file.groups()) {
                        failures += backfill(server, new Work(file.path(), text, group, startMillis, endMillis));
                    }
                }
            }
            return failures == 0 ? ExitCode.OK : ExitCode.FAILED;
        }

        private static long millis(String option, String text) {
            return TimeUnit.NANOSECONDS.toMillis(Times.parseNanos(option, Moments.absolute(text)));
        }

        private long backfill(RunningServer server, Work work) throws InterruptedException {
            RuleFile.Group group = work.group();
            long recording = group.rules().stream()
                    .filter(RuleDefinition.Recording.class::isInstance)
                    .count();
            PrintWriter out = spec.commandLine().getOut();
            String name = work.file() + " group " + group.name();
            if (recording == 0) {
                out.println(name + ": no recording rules");
                return 0;
            }
            Totals totals = new Totals(0, 0, 0, "");
            long next = work.startMillis();
            boolean isDone = false;
            while (!isDone) {
                Object answer = post(server, work, next);
                totals = new Totals(
                        totals.evaluations() + number(answer, "evaluations"),
                        totals.samples() + number(answer, "samples"),
                        totals.failures() + number(answer, "failures"),
                        totals.firstFailure().isEmpty()
                                ? JsonTree.text(answer, "firstFailure")
                                : totals.firstFailure());
                next = number(answer, "nextMillis");
                isDone = next > work.endMillis();
                out.println(name + ": " + (isDone ? "done" : "until " + Instant.ofEpochMilli(next)) + ", "
                        + totals.samples() + " samples of " + totals.evaluations() + " evaluations"
                        + (totals.failures() == 0
                                ? ""
                                : ", " + totals.failures() + " failed, the first: " + totals.firstFailure()));
                out.flush();
            }
            return totals.failures();
        }

        private static long number(Object answer, String name) {
            try {
                return new BigDecimal(JsonTree.text(answer, name)).longValueExact();
            } catch (ArithmeticException | NumberFormatException e) {
                throw new OperationException(
                        "bad_answer", Fault.DEPENDENCY, "the server's answer has no number " + name, e);
            }
        }

        private Object post(RunningServer server, Work work, long nextMillis) throws InterruptedException {
            String query = "file=" + encoded(work.file()) + "&group="
                    + encoded(work.group().name()) + "&start=" + seconds(nextMillis) + "&end="
                    + seconds(work.endMillis()) + "&evalInterval=" + encoded(interval) + "&continued="
                    + (nextMillis > work.startMillis());
            OutboundRequest.Response response = server.send(new OutboundRequest(
                    "POST",
                    server.address("/api/belvedere/v1/rules/backfill?" + query),
                    Map.of("content-type", "application/yaml"),
                    work.text().getBytes(StandardCharsets.UTF_8),
                    TIMEOUT,
                    MAX_ANSWER_BYTES,
                    ConnectionOptions.DEFAULT));
            Object answer = read(response);
            if (response.status() != 200) {
                throw new OperationException(
                        "backfill_failed", Fault.USER, JsonTree.text(JsonTree.object(answer, "error"), "message"));
            }
            return answer;
        }

        private Object read(OutboundRequest.Response response) {
            try {
                return JsonTree.read(response.body());
            } catch (IOException e) {
                throw new OperationException("bad_answer", Fault.DEPENDENCY, url + " did not answer with JSON", e);
            }
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }

        private static String seconds(long millis) {
            return BigDecimal.valueOf(millis, 3).toPlainString();
        }
    }
}
