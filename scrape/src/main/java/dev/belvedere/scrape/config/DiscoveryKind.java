package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A kind of discovery that is understood but not built in: its keys and what must hold between them.
final class DiscoveryKind {

    private interface Check {
        void check(YamlMap map);
    }

    /// All of them.
    static final List<DiscoveryKind> ALL = List.of(
            new DiscoveryKind("aws")
                    .keys("role region endpoint access_key secret_key profile role_arn external_id "
                            + "clusters port filters request_concurrency")
                    .client(),
            new DiscoveryKind("azure")
                    .keys("environment port subscription_id tenant_id client_id client_secret "
                            + "authentication_method resource_group")
                    .client()
                    .oneOf("authentication_method", "OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity")
                    .required("subscription_id")
                    .with(DiscoveryKind::azure),
            new DiscoveryKind("consul")
                    .keys("server path_prefix token datacenter namespace partition tag_separator "
                            + "scheme username password allow_stale services tags node_meta filter health_filter")
                    .client(),
            new DiscoveryKind("digitalocean").keys("port").client(),
            new DiscoveryKind("dns")
                    .keys("names type port")
                    .required("names")
                    .oneOf("type", "SRV", "A", "AAAA", "MX", "NS"),
            new DiscoveryKind("docker")
                    .keys("host filters port host_networking_host match_first_network")
                    .client()
                    .required("host"),
            new DiscoveryKind("dockerswarm")
                    .keys("host filters role port")
                    .client()
                    .required("host")
                    .required("role")
                    .oneOf("role", "services", "nodes", "tasks"),
            new DiscoveryKind("ec2")
                    .keys("endpoint region access_key secret_key profile role_arn external_id port " + "filters")
                    .client()
                    .with(DiscoveryKind::ec2Filters),
            new DiscoveryKind("ecs")
                    .keys("endpoint region access_key secret_key profile role_arn external_id port "
                            + "clusters request_concurrency")
                    .client(),
            new DiscoveryKind("elasticache")
                    .keys("endpoint region access_key secret_key profile role_arn external_id "
                            + "port clusters request_concurrency")
                    .client(),
            new DiscoveryKind("eureka").keys("server").client().httpUrl("server"),
            new DiscoveryKind("gce")
                    .keys("project zone filter port tag_separator")
                    .required("project")
                    .required("zone"),
            new DiscoveryKind("hetzner")
                    .keys("role port label_selector")
                    .client()
                    .required("role")
                    .oneOf("role", "hcloud", "robot"),
            new DiscoveryKind("ionos").keys("datacenter_id port").client().required("datacenter_id"),
            new DiscoveryKind("kubernetes")
                    .keys("api_server role kubeconfig_file namespaces selectors attach_metadata")
                    .client()
                    .with(KubernetesCheck::check),
            new DiscoveryKind("kuma")
                    .keys("server client_id fetch_timeout")
                    .client()
                    .httpUrl("server"),
            new DiscoveryKind("lightsail")
                    .keys("endpoint region access_key secret_key profile role_arn external_id " + "port")
                    .client(),
            new DiscoveryKind("linode").keys("port tag_separator region").client(),
            new DiscoveryKind("marathon")
                    .keys("servers auth_token auth_token_file")
                    .client()
                    .required("servers")
                    .with(DiscoveryKind::marathon),
            new DiscoveryKind("msk")
                    .keys("endpoint region access_key secret_key profile role_arn external_id port "
                            + "clusters request_concurrency")
                    .client(),
            new DiscoveryKind("nerve")
                    .keys("servers paths timeout")
                    .required("servers")
                    .required("paths"),
            new DiscoveryKind("nomad")
                    .keys("server namespace region allow_stale tag_separator")
                    .client()
                    .required("server"),
            new DiscoveryKind("oci")
                    .keys("auth tenancy user fingerprint key_file key_passphrase region compartments "
                            + "compartment_id port")
                    .oneOf("auth", "api_key", "instance_principal", "workload_identity", "resource_principal"),
            new DiscoveryKind("openstack")
                    .keys("identity_endpoint username userid password project_name project_id "
                            + "domain_name domain_id application_credential_name application_credential_id "
                            + "application_credential_secret role region port all_tenants tls_config availability")
                    .required("role")
                    .oneOf("role", "hypervisor", "instance", "loadbalancer")
                    .oneOf("availability", "public", "admin", "internal"),
            new DiscoveryKind("outscale")
                    .keys("region endpoint access_key secret_key secret_key_file port")
                    .client()
                    .required("region")
                    .required("access_key")
                    .exactlyOneOf("secret_key", "secret_key_file"),
            new DiscoveryKind("ovhcloud")
                    .keys("endpoint application_key application_secret consumer_key service")
                    .required("application_key")
                    .required("application_secret")
                    .required("consumer_key")
                    .required("service")
                    .oneOf("service", "vps", "dedicated_server"),
            new DiscoveryKind("puppetdb")
                    .keys("url query include_parameters port")
                    .client()
                    .httpUrl("url")
                    .required("query"),
            new DiscoveryKind("rds")
                    .keys("endpoint region access_key secret_key profile role_arn external_id port "
                            + "clusters request_concurrency")
                    .client(),
            new DiscoveryKind("scaleway")
                    .keys("access_key secret_key secret_key_file project_id role api_url zone "
                            + "port name_filter tags_filter")
                    .client()
                    .required("role")
                    .oneOf("role", "instance", "baremetal")
                    .required("project_id")
                    .required("access_key")
                    .exactlyOneOf("secret_key", "secret_key_file"),
            new DiscoveryKind("serverset")
                    .keys("servers paths timeout")
                    .required("servers")
                    .required("paths"),
            new DiscoveryKind("stackit")
                    .keys("project region endpoint port service_account_key "
                            + "service_account_key_path private_key private_key_path credentials_file_path token_url")
                    .client()
                    .url("endpoint"),
            new DiscoveryKind("triton")
                    .keys("account role dns_suffix endpoint groups port version tls_config")
                    .required("account")
                    .required("dns_suffix")
                    .required("endpoint")
                    .oneOf("role", "container", "cn"),
            new DiscoveryKind("uyuni")
                    .keys("server username password entitlement separator")
                    .client()
                    .httpUrl("server")
                    .required("username")
                    .required("password"),
            new DiscoveryKind("vultr").keys("port").client());

    private final String name;
    private final List<String> keys = new ArrayList<>(List.of("refresh_interval"));
    private boolean hasClient;
    private final List<Check> checks = new ArrayList<>();

    private DiscoveryKind(String name) {
        this.name = name;
    }

    private DiscoveryKind keys(String spaceSeparated) {
        keys.addAll(List.of(spaceSeparated.split(" ")));
        return this;
    }

    private DiscoveryKind client() {
        hasClient = true;
        return this;
    }

    private DiscoveryKind with(Check check) {
        checks.add(check);
        return this;
    }

    private DiscoveryKind required(String key) {
        return with(map -> {
            YamlNode node = Urls.require(map, key);
            if (node.isList() && node.list().isEmpty()) {
                throw node.error("\"" + key + "\" is empty");
            }
        });
    }

    private DiscoveryKind oneOf(String key, String... allowed) {
        return with(map -> map.get(key).ifPresent(node -> {
            if (!List.of(allowed).contains(node.string())) {
                throw node.error("unknown " + key + " \"" + node.string() + "\"; one of " + String.join(", ", allowed));
            }
        }));
    }

    private DiscoveryKind exactlyOneOf(String first, String second) {
        return with(map -> {
            if (map.string(first, "").isEmpty() == map.string(second, "").isEmpty()) {
                throw map.node().error("exactly one of " + first + " and " + second + " must be given");
            }
        });
    }

    private DiscoveryKind httpUrl(String key) {
        return with(map -> Urls.requireHttp(map, key));
    }

    private DiscoveryKind url(String key) {
        return with(map -> map.get(key).ifPresent(Urls::parse));
    }

    String name() {
        return name;
    }

    String key() {
        return name + "_sd_configs";
    }

    void check(YamlNode node, Path directory) {
        YamlMap map = node.map();
        for (String key : keys) {
            map.get(key);
        }
        map.durationMillis("refresh_interval", 0);
        if (map.has("port")) {
            map.integer("port", 0);
        }
        checks.forEach(check -> check.check(map));
        if (hasClient) {
            HttpClientConfig.read(map, directory);
        }
        map.rejectUnknown();
    }

    private static void azure(YamlMap map) {
        if (map.string("authentication_method", "OAuth").equals("OAuth")) {
            Urls.require(map, "tenant_id");
            Urls.require(map, "client_id");
            Urls.require(map, "client_secret");
        }
    }

    private static void ec2Filters(YamlMap map) {
        for (YamlNode node : map.list("filters")) {
            YamlMap filter = node.map();
            filter.string("name", "");
            if (filter.list("values").isEmpty()) {
                throw node.error("an EC2 filter needs at least one value");
            }
            filter.rejectUnknown();
        }
    }

    private static void marathon(YamlMap map) {
        boolean hasToken = map.has("auth_token");
        boolean hasTokenFile = map.has("auth_token_file");
        if (hasToken && hasTokenFile) {
            throw map.key("auth_token_file").error("auth_token and auth_token_file exclude each other");
        }
        for (String key : List.of("basic_auth", "bearer_token", "bearer_token_file", "authorization", "oauth2")) {
            if ((hasToken || hasTokenFile) && map.has(key)) {
                throw map.key(key).error(key + " and auth_token exclude each other");
            }
        }
    }
}
