package dev.belvedere.server.command;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.promql.script.PromqlScript;
import dev.belvedere.promql.script.ScriptResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "promql",
        description = "Runs tests in Prometheus' test language; of a directory all that end in .test.",
        mixinStandardHelpOptions = true)
final class PromqlTestCommand implements Callable<Integer> {

    private static final int MAX_FILE_BYTES = 64 << 20;

    @Parameters(arity = "1..*", paramLabel = "FILE-or-DIR")
    private List<Path> paths = new ArrayList<>();

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        LocalDisk disk = new LocalDisk();
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            files.addAll(FileTree.files(disk, path, ".test"));
        }
        if (files.isEmpty()) {
            throw new OperationException("no_files", Fault.USER, "no .test files in " + paths);
        }
        PrintWriter out = spec.commandLine().getOut();
        int passed = 0;
        int failed = 0;
        for (Path file : files) {
            String text = new String(disk.readAll(file, MAX_FILE_BYTES), StandardCharsets.UTF_8);
            ScriptResult result = PromqlScript.run(file.toString(), text);
            out.println(file + ": " + result.passed() + " passed, "
                    + result.failures().size() + " failed");
            result.failures()
                    .forEach(failure -> out.println("  " + file + ":" + failure.line() + ": " + failure.message()));
            passed += result.passed();
            failed += result.failures().size();
        }
        out.println(passed + " passed, " + failed + " failed");
        return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
