package dev.belvedere.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentConfigTest {

    private static AgentConfig read(String yaml) {
        return AgentConfig.read(YamlNode.parse("agent.yml", yaml).orElseThrow().map());
    }

    @Test
    void an_empty_section_is_the_default() {
        assertThat(read("{}")).isEqualTo(AgentConfig.DEFAULT);
    }

    @Test
    void every_key_is_mapped() {
        AgentConfig config = read("""
                hostname: gpu-7
                host:
                  root: /host
                  collectors: [cpu, meminfo]
                gpu:
                  hostnameLabel: hostname
                  timeout: 1500ms
                logs:
                  - paths: [/var/log/*.log, /var/log/**/*.txt]
                    exclude: [/var/log/noise.log]
                    labels: {job: varlogs}
                    startAt: end
                maxLineBytes: 64KB
                maxLogFiles: 50
                labels: {site: a}
                """);
        assertThat(config.hostname()).isEqualTo("gpu-7");
        assertThat(config.root()).isEqualTo(Path.of("/host"));
        assertThat(config.isHostOn()).isTrue();
        assertThat(config.collectors()).containsExactly("cpu", "meminfo");
        assertThat(config.isGpuOn()).isTrue();
        assertThat(config.hostnameLabel()).isEqualTo("hostname");
        assertThat(config.gpuTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.logs()).hasSize(1);
        assertThat(config.logs().getFirst().paths())
                .extracting(Object::toString)
                .isEqualTo(List.of("/var/log/*.log", "/var/log/**/*.txt"));
        assertThat(config.logs().getFirst().excluded()).hasSize(1);
        assertThat(config.logs().getFirst().labels()).isEqualTo(Map.of("job", "varlogs"));
        assertThat(config.logs().getFirst().isFromEnd()).isTrue();
        assertThat(config.maxLineBytes()).isEqualTo(65536);
        assertThat(config.maxLogFiles()).isEqualTo(50);
        assertThat(config.labels()).isEqualTo(Map.of("site", "a"));
    }

    @Test
    void host_and_gpu_can_be_switched_off() {
        AgentConfig config = read("host: false\ngpu: off\n");
        assertThat(config.isHostOn()).isFalse();
        assertThat(config.isGpuOn()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hosts: true                              | agent.yml:1:1: unknown key "hosts"
            host: maybe                              | agent.yml:1:7: expected true or false, found "maybe"
            host: {collectors: [gpu]}                | agent.yml:1:21: no host collector "gpu"; there are cpu, diskstats
            gpu: {hostnameLabel: node}              | agent.yml:1:22: hostnameLabel is Hostname or hostname, found "node"
            gpu: {timeout: soon}                     | agent.yml:1:16: not a valid duration string: "soon"
            logs: [{labels: {a: b}}]                 | agent.yml:1:8: "paths" is missing
            logs: [{paths: [x.log]}]                 | agent.yml:1:17: a path of log files must be absolute, got "x.log"
            logs: [{paths: [/x.log], startAt: now}] | agent.yml:1:35: startAt is beginning or end, found "now"
            logs: [{paths: [/x.log], from: end}]     | agent.yml:1:26: unknown key "from"
            maxLineBytes: 1GB                      | agent.yml:1:15: maxLineBytes must be between 1 and 16MB, found 1GB
            maxLogFiles: 0                         | agent.yml:1:14: maxLogFiles must be between 1 and 100000, found 0
            """)
    void what_is_wrong_is_named_with_its_place(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }
}
