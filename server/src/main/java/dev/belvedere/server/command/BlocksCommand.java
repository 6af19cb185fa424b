package dev.belvedere.server.command;

import dev.belvedere.api.params.PrometheusTimes;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.server.blocks.BlockExport;
import dev.belvedere.server.blocks.BlockImport;
import dev.belvedere.server.data.MetricsDirectory;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricAdmin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "blocks",
        description = "Moves metrics from Prometheus' blocks and into them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(import | export)",
        subcommands = {BlocksCommand.Import.class, BlocksCommand.Export.class})
final class BlocksCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say what to do: import or export");
    }

    @Command(
            name = "import",
            description = "Reads blocks of Prometheus, of any age, into a data directory that no server has open.",
            mixinStandardHelpOptions = true)
    static final class Import implements Callable<Integer> {

        @Parameters(
                arity = "1..*",
                paramLabel = "DIR",
                description = "A block, or a data directory or snapshot of Prometheus.")
        private List<Path> directories = new ArrayList<>();

        @Option(names = "--data", paramLabel = "DIR", description = "Our data directory (default: data).")
        private Path data = Path.of("data");

        @Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            LocalDisk disk = new LocalDisk();
            PrintWriter out = spec.commandLine().getOut();
            for (Path directory : directories) {
                if (!disk.list(directory.resolve("wal")).isEmpty()) {
                    out.println("note: what " + directory.resolve("wal")
                            + " holds, up to three hours, is in no block: a snapshot has it");
                }
            }
            int cores = Runtime.getRuntime().availableProcessors();
            try (MetricsDirectory target = MetricsDirectory.openOrMake(disk, data, cores, new SystemTime())) {
                BlockImport.Totals totals = new BlockImport(disk, target.metrics(), Tenant.DEFAULT)
                        .run(directories, line -> {
                            out.println(line);
                            out.flush();
                        });
                out.println(totals.blocks() + " blocks, " + totals.samples() + " samples, " + totals.deleted()
                        + " deleted ones left out, " + totals.rejected()
                        + " refused because another value is stored for their time");
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "export",
            description = "Writes blocks for Prometheus out of a data directory or snapshot that no server has open.",
            mixinStandardHelpOptions = true)
    static final class Export implements Callable<Integer> {

        @Option(names = "--data", paramLabel = "DIR", description = "Our data directory or a snapshot (default: data).")
        private Path data = Path.of("data");

        @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the blocks go.")
        private Path out = Path.of("blocks");

        @Option(names = "--from", paramLabel = "TIME", description = "RFC 3339 or Unix seconds; -1h for an hour ago.")
        private String from = "";

        @Option(names = "--to", paramLabel = "TIME", description = "As --from, inclusive.")
        private String to = "";

        @Option(names = "--match", paramLabel = "SELECTOR", description = "Which series, as in PromQL (default: all).")
        private String match = "";

        @Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public Integer call() {
            LocalDisk disk = new LocalDisk();
            List<LabelMatcher> matchers = matchers();
            PrintWriter lines = spec.commandLine().getOut();
            try (MetricsDirectory source = MetricsDirectory.open(disk, data, new SystemTime())) {
                source.metrics().flush();
                MetricAdmin.Statistics all = source.metrics().statistics(Tenant.DEFAULT, 1, QueryBudget.unlimited());
                long start = from.isEmpty() ? all.minMillis() : Math.max(all.minMillis(), moment(from));
                long end = to.isEmpty() ? all.maxMillis() : Math.min(all.maxMillis(), moment(to));
                if (end < start) {
                    throw new OperationException(
                            "nothing_to_export", Fault.USER, data + " has no samples in that range");
                }
                BlockExport.Totals totals = new BlockExport(disk, source.metrics(), Tenant.DEFAULT)
                        .run(new BlockExport.Request(out, new TimeRange(start, end), matchers), line -> {
                            lines.println(line);
                            lines.flush();
                        });
                lines.println(totals.blocks() + " blocks, " + totals.samples() + " samples");
                return ExitCode.OK;
            }
        }

        private static long moment(String text) {
            try {
                return PrometheusTimes.parseMillis(Moments.absolute(text));
            } catch (IllegalArgumentException e) {
                throw new OperationException("bad_time", Fault.USER, "not a time: " + text);
            }
        }

        private List<LabelMatcher> matchers() {
            if (match.isEmpty()) {
                return List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, Labels.METRIC_NAME, ".*"));
            }
            try {
                return Parser.parseSelector(match);
            } catch (ParseException e) {
                throw new OperationException("bad_selector", Fault.USER, "--match: " + e.getMessage());
            }
        }
    }
}
