package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must hold between the keys of Kubernetes discovery.
final class KubernetesCheck {

    /// By role, which objects a selector may select.
    private static final Map<String, List<String>> SELECTABLE = Map.of(
            "node", List.of("node"),
            "pod", List.of("pod", "node"),
            "service", List.of("service"),
            "endpoints", List.of("endpoints", "pod", "service"),
            "endpointslice", List.of("endpointslice", "pod", "service"),
            "ingress", List.of("ingress"));

    private KubernetesCheck() {}

    static void check(YamlMap map) {
        YamlNode role = Urls.require(map, "role");
        if (!SELECTABLE.containsKey(role.string())) {
            throw role.error("unknown Kubernetes role \"" + role.string() + "\"");
        }
        connection(map);
        map.get("namespaces").ifPresent(node -> {
            YamlMap namespaces = node.map();
            boolean isOwn = namespaces.bool("own_namespace", false);
            namespaces.strings("names");
            namespaces.rejectUnknown();
            if (isOwn && (map.has("api_server") || map.has("kubeconfig_file"))) {
                throw node.error(
                        "own_namespace works only inside the cluster: leave out api_server and kubeconfig_file");
            }
        });
        map.get("attach_metadata").ifPresent(node -> {
            YamlMap attached = node.map();
            attached.bool("node", false);
            attached.bool("namespace", false);
            attached.rejectUnknown();
        });
        selectors(map, role.string());
    }

    private static void connection(YamlMap map) {
        boolean hasServer = !map.string("api_server", "").isEmpty();
        boolean hasKubeconfig = !map.string("kubeconfig_file", "").isEmpty();
        if (hasServer && hasKubeconfig) {
            throw map.key("kubeconfig_file").error("api_server and kubeconfig_file exclude each other");
        }
        for (String key : HttpClientConfig.KEYS) {
            if (map.has(key) && hasKubeconfig) {
                throw map.key(key).error(key + " and kubeconfig_file exclude each other");
            }
            boolean isHarmless = key.equals("follow_redirects") || key.equals("enable_http2");
            if (map.has(key) && !hasServer && !isHarmless) {
                throw map.key(key).error(key + " needs an api_server");
            }
        }
    }

    private static void selectors(YamlMap map, String role) {
        List<String> allowed = SELECTABLE.getOrDefault(role, List.of());
        Set<String> seen = new HashSet<>();
        for (YamlNode node : map.list("selectors")) {
            YamlMap selector = node.map();
            YamlNode selected = Urls.require(selector, "role");
            if (!seen.add(selected.string())) {
                throw selected.error("two selectors of role " + selected.string());
            }
            if (!allowed.contains(selected.string())) {
                throw selected.error("role " + role + " cannot select by " + selected.string());
            }
            selector.string("label", "");
            selector.get("field").ifPresent(KubernetesCheck::fieldSelector);
            selector.rejectUnknown();
        }
    }

    /// Every part compares something.
    private static void fieldSelector(YamlNode node) {
        for (String part : node.string().split(",")) {
            if (!part.isBlank() && part.indexOf('=') < 0) {
                throw node.error("invalid field selector \"" + part + "\": expected a comparison with =, == or !=");
            }
        }
    }
}
