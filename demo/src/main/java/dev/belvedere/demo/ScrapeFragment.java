package dev.belvedere.demo;

import dev.belvedere.demo.site.Site;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The scrape configuration of the site: one job for each kind of process. All targets have the demo's one address,
/// and each the path and the `instance` of its own.
final class ScrapeFragment {

    private ScrapeFragment() {}

    static String of(Site site, int port) {
        Map<String, List<Site.Endpoint>> jobs = new LinkedHashMap<>();
        for (Site.Endpoint endpoint : site.endpoints()) {
            jobs.computeIfAbsent(endpoint.job(), job -> new ArrayList<>()).add(endpoint);
        }
        StringBuilder yaml = new StringBuilder("scrape_configs:\n");
        jobs.forEach((job, endpoints) -> {
            yaml.append("  - job_name: ").append(job).append('\n');
            yaml.append("    scrape_interval: 5s\n    scrape_timeout: 4s\n    static_configs:\n");
            for (Site.Endpoint endpoint : endpoints) {
                yaml.append("      - targets: [\"127.0.0.1:").append(port).append("\"]\n");
                yaml.append("        labels: {__metrics_path__: \"")
                        .append(endpoint.path())
                        .append("\", instance: \"")
                        .append(endpoint.instance())
                        .append("\"}\n");
            }
        });
        return yaml.toString();
    }
}
