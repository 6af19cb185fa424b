package dev.belvedere.alerting.template;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// Regular expressions as templates use them: RE2, unanchored, replacements in Go's form.
final class GoRegex {

    private GoRegex() {}

    private static Pattern compile(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new TemplateFailure("error parsing regexp: " + e.getDescription() + ": `" + e.getPattern() + "`");
        }
    }

    static boolean isFound(String expression, String text) {
        return compile(expression).matcher(text).find();
    }

    /// @param template `$1`, `${1}`, `$name`, `${name}` stand for groups, `$$` for a dollar
    static String replaceAll(String expression, String template, String text) {
        Pattern pattern = compile(expression);
        Matcher matcher = pattern.matcher(text);
        StringBuilder result = new StringBuilder();
        int end = 0;
        while (matcher.find()) {
            result.append(text, end, matcher.start());
            expand(template, matcher, pattern, result);
            end = matcher.end();
            if (result.length() > TemplateLimits.DEFAULT.maxOutputChars()) {
                throw new TemplateFailure(
                        "reReplaceAll writes more than " + TemplateLimits.DEFAULT.maxOutputChars() + " characters");
            }
        }
        return result.append(text, end, text.length()).toString();
    }

    private static void expand(String template, Matcher matcher, Pattern pattern, StringBuilder result) {
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c != '$' || at + 1 == template.length()) {
                result.append(c);
                at++;
                continue;
            }
            if (template.charAt(at + 1) == '$') {
                result.append('$');
                at += 2;
                continue;
            }
            boolean isBraced = template.charAt(at + 1) == '{';
            int from = at + (isBraced ? 2 : 1);
            int to = from;
            while (to < template.length() && isNamePart(template.charAt(to))) {
                to++;
            }
            boolean isName = to > from && (!isBraced || to < template.length() && template.charAt(to) == '}');
            if (isName) {
                result.append(group(template.substring(from, to), matcher, pattern));
                at = to + (isBraced ? 1 : 0);
            } else {
                result.append('$');
                at++;
            }
        }
    }

    private static boolean isNamePart(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    /// A group that does not exist or did not take part is empty.
    private static String group(String name, Matcher matcher, Pattern pattern) {
        int index = -1;
        if (name.matches("\\d{1,6}")) {
            index = Integer.parseInt(name);
        } else {
            Integer named = pattern.namedGroups().get(name);
            index = named == null ? -1 : named;
        }
        if (index < 0 || index > matcher.groupCount()) {
            return "";
        }
        String text = matcher.group(index);
        return text == null ? "" : text;
    }
}
