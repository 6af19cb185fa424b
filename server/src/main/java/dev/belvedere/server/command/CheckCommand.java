package dev.belvedere.server.command;

import dev.belvedere.alerting.rules.PromqlRules;
import dev.belvedere.alerting.rules.RuleFiles;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.DirectoryLock;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.server.config.ConfigCheck;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.tsdb.maintenance.BlockCheck;
import dev.belvedere.tsdb.maintenance.BlockRepair;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Checks files before a server reads them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(config | rules | promql | blocks)",
        subcommands = {
            CheckCommand.Config.class,
            CheckCommand.Rules.class,
            PromqlTestCommand.class,
            CheckCommand.Blocks.class
        })
final class CheckCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "say what to check: config, rules, promql or blocks");
    }

    @Command(
            name = "config",
            description = "Reads each belvedere.yml or prometheus.yml and the files it names.",
            mixinStandardHelpOptions = true)
    static final class Config implements Callable<Integer> {

        @Parameters(arity = "0..*", paramLabel = "FILE", defaultValue = "belvedere.yml")
        private List<Path> files = new ArrayList<>();

        @Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            LocalDisk disk = new LocalDisk();
            PrintWriter out = spec.commandLine().getOut();
            int code = ExitCode.OK;
            for (Path file : files) {
                code = Math.max(code, check(file, disk, out));
            }
            return code;
        }

        private int check(Path file, LocalDisk disk, PrintWriter out) throws IOException {
            ServerConfig.Origin origin = new ServerConfig.Origin(
                    Optional.of(file),
                    List.of(),
                    disk,
                    System.getenv(),
                    Runtime.getRuntime().availableProcessors());
            ServerConfig config;
            try {
                config = ServerConfig.load(origin);
            } catch (ConfigException e) {
                spec.commandLine().getErr().println("belvedere: " + e.getMessage());
                return ExitCode.CONFIG;
            }
            config.prometheus().warnings().forEach(warning -> out.println("warning: " + warning));
            boolean isRefused = false;
            for (ConfigCheck.Finding finding : ConfigCheck.run(origin, config)) {
                String problem = finding.problem().getMessage();
                if (finding.isRefused()) {
                    spec.commandLine().getErr().println("belvedere: " + problem);
                    isRefused = true;
                } else {
                    out.println("warning: " + problem);
                }
            }
            if (isRefused) {
                return ExitCode.CONFIG;
            }
            out.println(file + ": " + config.prometheus().scrapeConfigs().size() + " scrape jobs, "
                    + config.prometheus().ruleFiles().size() + " rule file patterns: OK");
            List<Path> rules = config.ruleFiles(disk);
            return rules.isEmpty() ? ExitCode.OK : checkRules(rules, out);
        }
    }

    @Command(
            name = "rules",
            description = "Reads rule files; of a directory all that end in .yml, .yaml or .rules.",
            mixinStandardHelpOptions = true)
    static final class Rules implements Callable<Integer> {

        @Parameters(arity = "1..*", paramLabel = "FILE-or-DIR")
        private List<Path> paths = new ArrayList<>();

        @Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            LocalDisk disk = new LocalDisk();
            List<Path> files = new ArrayList<>();
            for (Path path : paths) {
                files.addAll(FileTree.files(disk, path, ".yml", ".yaml", ".rules"));
            }
            if (files.isEmpty()) {
                throw new OperationException("no_files", Fault.USER, "no rule files in " + paths);
            }
            return checkRules(files, spec.commandLine().getOut());
        }
    }

    @Command(
            name = "blocks",
            description = "Reads every byte of the metrics blocks of a data directory that no server has open.",
            mixinStandardHelpOptions = true)
    static final class Blocks implements Callable<Integer> {

        @Parameters(index = "0", paramLabel = "DIR")
        private Path data = Path.of("data");

        @Option(
                names = "--repair",
                description = "Replaces damaged blocks by what of them can be read, and says what is lost.")
        private boolean isRepair;

        @Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public Integer call() {
            LocalDisk disk = new LocalDisk();
            if (!disk.exists(data.resolve("layout"))) {
                throw new OperationException("data_not_ours", Fault.USER, data + " is no data directory");
            }
            PrintWriter out = spec.commandLine().getOut();
            try (DirectoryLock _ = DirectoryLock.take(data);
                    LocalCatalog catalog = new LocalCatalog(disk, data.resolve("catalog"))) {
                LocalSegmentStore segments = new LocalSegmentStore(disk, data.resolve("segments"));
                if (isRepair) {
                    return repair(catalog, segments, out);
                }
                BlockCheck.Result result = BlockCheck.run(catalog.state(), segments);
                result.problems().forEach(out::println);
                out.println(
                        result.blocks() + " blocks, " + result.chunks() + " chunks, " + result.columns() + " columns, "
                                + (result.isClean() ? "OK" : result.problems().size() + " problems"));
                return result.isClean() ? ExitCode.OK : ExitCode.FAILED;
            }
        }
    }

    private static int repair(LocalCatalog catalog, LocalSegmentStore segments, PrintWriter out) {
        BlockRepair.Result result = BlockRepair.run(catalog, segments, new SystemTime(), out::println);
        out.println(result.blocks() + " blocks, "
                + (result.isClean()
                        ? "OK"
                        : result.repaired() + " repaired, " + result.removed() + " removed, " + result.unknown()
                                + " not readable by this release"));
        return result.unknown() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private static int checkRules(List<Path> files, PrintWriter out) {
        PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
        RuleFiles reader = new RuleFiles(Map.of("promql", PromqlRules.forChecking(engine)));
        RuleFiles.Outcome outcome = reader.read(new LocalDisk(), files);
        outcome.warnings().forEach(warning -> out.println("warning: " + warning));
        outcome.problems().forEach(problem -> out.println(problem.getMessage()));
        int rules = outcome.files().stream()
                .flatMap(file -> file.groups().stream())
                .mapToInt(group -> group.rules().size())
                .sum();
        out.println(files.size() + " files, " + rules + " rules, "
                + (outcome.problems().isEmpty() ? "OK" : outcome.problems().size() + " problems"));
        return outcome.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
