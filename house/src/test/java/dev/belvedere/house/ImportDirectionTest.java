package dev.belvedere.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Arrows between modules point only down the table of docs/architecture.md.
final class ImportDirectionTest {

    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?(dev\\.belvedere\\.(\\w+)[\\w.]*)");

    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern PACKAGE_IMPORTED =
            Pattern.compile("^import (?:static )?(dev\\.belvedere(?:\\.[a-z]\\w*)*)\\.[A-Z]", Pattern.MULTILINE);

    /// What main code of a module may use besides itself.
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("model", Set.of()),
            Map.entry("platform", Set.of("model")),
            Map.entry("storage-api", Set.of("model")),
            Map.entry("tsdb", Set.of("model", "platform", "storage-api")),
            Map.entry("eventdb", Set.of("model", "platform", "storage-api")),
            Map.entry("promql", Set.of("model", "storage-api")),
            Map.entry("logql", Set.of("model", "storage-api", "promql")),
            Map.entry("wire", Set.of("model")),
            Map.entry("scrape", Set.of("model", "platform", "storage-api", "wire")),
            Map.entry("alerting", Set.of("model", "platform", "storage-api", "promql", "logql")),
            Map.entry("agent", Set.of("model", "platform", "wire")),
            Map.entry("demo", Set.of("model", "platform", "wire")),
            Map.entry(
                    "api", Set.of("model", "platform", "storage-api", "promql", "logql", "scrape", "alerting", "wire")),
            Map.entry("ui", Set.of()),
            Map.entry("testkit", Set.of("model", "platform", "storage-api")));

    @Test
    void main_code_imports_only_modules_below_its_own() {
        List<String> violations = new ArrayList<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            Set<String> allowed = MAY_USE.get(file.module());
            if (file.isTest() || allowed == null) {
                continue;
            }
            for (String line : file.lines()) {
                Matcher matcher = IMPORT.matcher(line);
                if (matcher.find()) {
                    String module = matcher.group(2).equals("storage") ? "storage-api" : matcher.group(2);
                    if (!module.equals(file.module()) && !allowed.contains(module)) {
                        violations.add(file.path() + " imports " + matcher.group(1));
                    }
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void the_syntax_of_a_language_never_sees_storage() {
        assertThat(SourceTree.javaFiles())
                .filteredOn(file -> !file.isTest() && file.path().contains("/syntax/"))
                .filteredOn(file -> file.text().contains("import dev.belvedere.storage"))
                .extracting(SourceTree.JavaFile::path)
                .isEmpty();
    }

    @Test
    void one_package_knows_the_http_library() {
        assertThat(SourceTree.javaFiles())
                .filteredOn(file -> !file.isTest() && !file.path().contains("dev/belvedere/api/http/"))
                .filteredOn(file -> file.text().contains("import com.linecorp")
                        || file.text().contains("import io.netty"))
                .extracting(SourceTree.JavaFile::path)
                .isEmpty();
    }

    @Test
    void no_module_imports_the_internals_of_another() {
        Pattern internal =
                Pattern.compile("^import dev\\.belvedere\\.(\\w+)\\.(?:\\w+\\.)*internal\\.", Pattern.MULTILINE);
        List<String> violations = new ArrayList<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            Matcher matcher = internal.matcher(file.text());
            while (matcher.find()) {
                if (!file.module().equals(matcher.group(1))) {
                    violations.add(file.path() + ": " + matcher.group());
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void packages_do_not_use_each_other_in_a_circle() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            Matcher own = PACKAGE.matcher(file.text());
            if (file.isTest() || !own.find()) {
                continue;
            }
            Set<String> used = uses.computeIfAbsent(own.group(1), name -> new TreeSet<>());
            PACKAGE_IMPORTED
                    .matcher(file.text())
                    .results()
                    .map(found -> found.group(1))
                    .filter(name -> !name.equals(own.group(1)))
                    .forEach(used::add);
        }
        assertThat(uses).isNotEmpty();
        // What has no way down to packages without imports of their own is in a circle, or above one.
        boolean isShrinking = true;
        while (isShrinking) {
            Set<String> left = Set.copyOf(uses.keySet());
            uses.values().forEach(used -> used.retainAll(left));
            isShrinking = uses.values().removeIf(Set::isEmpty);
        }
        assertThat(uses).isEmpty();
    }
}
