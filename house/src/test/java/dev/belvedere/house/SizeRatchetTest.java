package dev.belvedere.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Files and methods stay readable. What is already larger may only shrink: house/ratchet.txt holds today's sizes.
final class SizeRatchetTest {

    private static final int MAX_FILE_LINES = 600;
    private static final int STOP_FILE_LINES = 1000;
    private static final int MAX_METHOD_LINES = 70;
    private static final int MAX_PARAMETERS = 7;

    @Test
    void no_file_and_no_method_outgrows_its_reader() throws IOException {
        Map<String, Integer> measured = new TreeMap<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            int lines = file.lines().size();
            if (lines > MAX_FILE_LINES) {
                measured.put("file " + file.path(), lines);
            }
        }
        measureMethods(measured);
        Map<String, Integer> allowed = ratchet();
        List<String> violations = new ArrayList<>();
        measured.forEach((what, size) -> {
            if (size > allowed.getOrDefault(what, 0) || what.startsWith("file ") && size > STOP_FILE_LINES) {
                violations.add(what + " " + size);
            }
        });
        assertThat(violations)
                .as("larger than allowed: split it, or argue in house/ratchet.txt")
                .isEmpty();
        assertThat(allowed.keySet())
                .as("no longer too large: take it out of house/ratchet.txt")
                .allMatch(measured::containsKey);
    }

    private static Map<String, Integer> ratchet() {
        Map<String, Integer> allowed = new TreeMap<>();
        SourceTree.read(SourceTree.root().resolve("house/ratchet.txt"))
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> {
                    int space = line.lastIndexOf(' ');
                    allowed.put(line.substring(0, space), Integer.parseInt(line.substring(space + 1)));
                });
        return allowed;
    }

    private static void measureMethods(Map<String, Integer> measured) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            Iterable<? extends JavaFileObject> sources = files.getJavaFileObjectsFromPaths(SourceTree.files(".java"));
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, sources);
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodScanner(unit, positions, measured).scan(unit, null);
            }
        }
    }

    private static final class MethodScanner extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Map<String, Integer> measured;
        private final String path;

        MethodScanner(CompilationUnitTree unit, SourcePositions positions, Map<String, Integer> measured) {
            this.unit = unit;
            this.positions = positions;
            this.measured = measured;
            this.path = SourceTree.root()
                    .relativize(java.nio.file.Path.of(unit.getSourceFile().toUri()))
                    .toString();
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            if (method.getBody() != null) {
                long start = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method.getBody()));
                long end = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method.getBody()));
                String name = path + " " + method.getName();
                if (end - start > MAX_METHOD_LINES) {
                    measured.merge("method " + name, (int) (end - start), Math::max);
                }
                boolean isConstructor = method.getName().contentEquals("<init>");
                if (!isConstructor && method.getParameters().size() > MAX_PARAMETERS) {
                    measured.merge("parameters " + name, method.getParameters().size(), Math::max);
                }
            }
            return super.visitMethod(method, unused);
        }
    }
}
