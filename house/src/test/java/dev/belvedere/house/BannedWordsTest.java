package dev.belvedere.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Calls and names that have a better replacement, each told in the failure.
final class BannedWordsTest {

    private record Ban(Pattern pattern, Set<String> exemptModules, boolean isForTestsToo, String instead) {

        static Ban of(String regex, Set<String> exemptModules, boolean isForTestsToo, String instead) {
            return new Ban(Pattern.compile(regex), exemptModules, isForTestsToo, instead);
        }
    }

    private static final List<Ban> BANS = List.of(
            Ban.of(
                    "System\\.(currentTimeMillis|nanoTime)\\(|Instant\\.now\\(|Clock\\.system",
                    Set.of("platform"),
                    false,
                    "ask a TimeSource"),
            Ban.of("Thread\\.sleep\\(", Set.of("platform"), true, "TimeSource.sleep; in tests ManualTime or a latch"),
            Ban.of(
                    "new (java\\.util\\.)?Random\\(\\)|Math\\.random\\(|ThreadLocalRandom",
                    Set.of("platform", "house"),
                    true,
                    "a seeded RandomGenerator handed in"),
            Ban.of("\\bFiles\\.", Set.of("platform", "house"), false, "dev.belvedere.platform.disk.Disk"),
            Ban.of(
                    "new (FileInputStream|FileOutputStream|RandomAccessFile|FileReader)\\(",
                    Set.of("platform"),
                    false,
                    "Disk"),
            Ban.of("^\\s*(final )?var \\w+ =|\\(var \\w+ :", Set.of(), true, "the type's name"),
            Ban.of("@Disabled", Set.of(), true, "mend the test or delete it"),
            Ban.of("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b", Set.of(), true, "do it now"),
            Ban.of("System\\.(out|err)\\.print", Set.of("server", "bench"), false, "System.Logger"));

    private static final Pattern BAD_TYPE_NAME =
            Pattern.compile("\\b(?:class|record|interface|enum) (\\w+(?:Manager|Helper|Util|Utils|Impl|Data|Info))\\b");

    /// Names that are the field's own words or are private to one file.
    private static final Set<String> FIELD_NAMES = Set.of("TenantData");

    private static final Set<String> BAD_PACKAGES =
            Set.of("util", "utils", "common", "helpers", "impl", "manager", "misc");

    @Test
    void what_has_a_better_replacement_is_not_called() {
        List<String> violations = new ArrayList<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            for (Ban ban : BANS) {
                if (ban.exemptModules().contains(file.module()) || file.isTest() && !ban.isForTestsToo()) {
                    continue;
                }
                List<String> lines = file.lines();
                for (int i = 0; i < lines.size(); i++) {
                    if (isCode(lines.get(i))
                            && ban.pattern().matcher(lines.get(i)).find()) {
                        violations.add(file.path() + " line " + (i + 1) + ": "
                                + lines.get(i).strip() + "  -> " + ban.instead());
                    }
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    private static boolean isCode(String line) {
        return !line.strip().startsWith("///") && !line.strip().startsWith("Ban.of(");
    }

    @Test
    void names_say_what_a_type_is() {
        List<String> violations = new ArrayList<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            BAD_TYPE_NAME
                    .matcher(file.text())
                    .results()
                    .map(result -> result.group(1))
                    .filter(name -> !FIELD_NAMES.contains(name))
                    .forEach(name -> violations.add(file.path() + ": " + name));
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void every_package_has_its_sentence_and_is_null_marked() {
        List<String> violations = new ArrayList<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            Path folder = SourceTree.root().resolve(file.path()).getParent();
            if (folder == null) {
                continue;
            }
            if (BAD_PACKAGES.contains(folder.getFileName().toString())) {
                violations.add(file.path() + ": the package's name says nothing");
            }
            if (!file.isTest() && !hasSentence(folder.resolve("package-info.java"))) {
                violations.add(folder + ": package-info.java with a sentence and @NullMarked is missing");
            }
        }
        assertThat(violations).doesNotHaveDuplicates().isEmpty();
    }

    private static boolean hasSentence(Path packageInfo) {
        if (!packageInfo.toFile().exists()) {
            return false;
        }
        String text = SourceTree.read(packageInfo);
        return text.contains("///") && text.contains("@NullMarked");
    }
}
