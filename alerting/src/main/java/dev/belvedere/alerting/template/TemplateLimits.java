package dev.belvedere.alerting.template;

/// Bounds on one expansion.
///
/// @param maxSteps nodes visited and elements ranged over
/// @param maxOutputChars characters written, those built by functions included
/// @param maxDepth templates that call each other
public record TemplateLimits(long maxSteps, int maxOutputChars, int maxDepth) {

    public static final TemplateLimits DEFAULT = new TemplateLimits(1_000_000, 1 << 20, 100);
}
