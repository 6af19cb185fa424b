package dev.belvedere.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the documentation names exists.
final class DocsTest {

    /// A type of ours in code quotes: two humps or more.
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)(?:#\\w+)?`");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final Pattern LINE_NUMBER = Pattern.compile("\\.(?:java|ts|tsx):\\d+");

    /// Pages that speak of our own code; pages for users name other projects' classes too.
    private static boolean isAboutCode(String path) {
        return path.startsWith("docs/architecture")
                || path.startsWith("docs/format/")
                || path.startsWith("docs/design/")
                || path.startsWith("docs/how-to/")
                || path.endsWith("/README.md");
    }

    @Test
    void types_named_by_pages_about_the_code_exist() {
        Set<String> types = new HashSet<>();
        Pattern declaration = Pattern.compile("\\b(?:class|record|interface|enum) (\\w+)");
        SourceTree.javaFiles()
                .forEach(
                        file -> declaration.matcher(file.text()).results().forEach(found -> types.add(found.group(1))));
        List<String> missing = new ArrayList<>();
        for (Path page : SourceTree.files(".md")) {
            String path = SourceTree.root().relativize(page).toString();
            if (isAboutCode(path)) {
                TYPE.matcher(SourceTree.read(page))
                        .results()
                        .map(found -> found.group(1))
                        .filter(name -> !types.contains(name))
                        .forEach(name -> missing.add(path + ": " + name));
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void relative_links_lead_somewhere() {
        List<String> broken = new ArrayList<>();
        for (Path page : SourceTree.files(".md")) {
            Matcher matcher = LINK.matcher(SourceTree.read(page));
            Path folder = page.getParent();
            while (matcher.find() && folder != null) {
                if (!folder.resolve(matcher.group(1)).normalize().toFile().exists()) {
                    broken.add(SourceTree.root().relativize(page) + " -> " + matcher.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void no_page_points_at_a_line_of_code() {
        assertThat(SourceTree.files(".md"))
                .filteredOn(page -> LINE_NUMBER.matcher(SourceTree.read(page)).find())
                .isEmpty();
    }
}
