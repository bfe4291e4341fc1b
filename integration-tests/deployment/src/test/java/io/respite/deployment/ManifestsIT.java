package io.respite.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.respite.rigs.RespClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests in {@code examples/kubernetes}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ManifestsIT {
  private static final Path ROOT = Path.of(System.getProperty("respite.root"));
  private static final Path FOLDER = ROOT.resolve("examples/kubernetes");
  private static final Map<String, String> LABEL = Map.of("app.kubernetes.io/name", "respite");

  private static Manifests manifests;
  private static StatefulSet set;
  private static PodSpec pod;
  private static Container container;

  @BeforeAll
  static void read() throws IOException {
    manifests = Manifests.of(FOLDER);
    set = manifests.only(StatefulSet.class);
    pod = set.getSpec().getTemplate().getSpec();
    assertThat(pod.getContainers()).hasSize(1);
    container = pod.getContainers().get(0);
  }

  private static List<Probe> probes() {
    return List.of(
        container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe());
  }

  @Nested
  class Reading {
    @Test
    void a_field_that_Kubernetes_does_not_know_is_refused() throws IOException {
      String yaml = Files.readString(FOLDER.resolve("statefulset.yaml"));
      String typo = yaml.replace("readOnlyRootFilesystem", "readonlyRootFilesystem");
      assertThatThrownBy(() -> Manifests.parse(typo))
          .hasMessageContaining("Unrecognized field \"readonlyRootFilesystem\"");
      assertThatThrownBy(() -> Manifests.parse(yaml.replace("replicas: 1", "replicas: one")))
          .hasMessageContaining("one");
    }

    @Test
    void all_kinds_are_there() {
      assertThat(manifests.all())
          .extracting(HasMetadata::getKind)
          .containsExactlyInAnyOrder(
              "ConfigMap",
              "Secret",
              "Service",
              "Service",
              "StatefulSet",
              "PodDisruptionBudget",
              "NetworkPolicy");
    }
  }

  @Nested
  class Safety {
    @Test
    void nobody_is_root_and_nothing_can_be_gained() {
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
      assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(10001);
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getHostNetwork()).isNull();
      var context = container.getSecurityContext();
      assertThat(context.getAllowPrivilegeEscalation()).isFalse();
      assertThat(context.getReadOnlyRootFilesystem()).isTrue();
      assertThat(context.getRunAsNonRoot()).isTrue();
      assertThat(context.getPrivileged()).isNull();
      assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(context.getCapabilities().getAdd()).isEmpty();
    }

    @Test
    void only_data_and_temporary_files_can_be_written() {
      assertThat(container.getVolumeMounts())
          .filteredOn(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
          .extracting(VolumeMount::getMountPath)
          .containsExactlyInAnyOrder("/data", "/tmp");
      assertThat(pod.getVolumes())
          .filteredOn(volume -> volume.getEmptyDir() != null)
          .allMatch(volume -> volume.getEmptyDir().getSizeLimit() != null);
    }

    @Test
    void files_of_the_secret_are_not_for_everybody() {
      int mode =
          pod.getVolumes().stream()
              .filter(volume -> volume.getProjected() != null)
              .findFirst()
              .orElseThrow()
              .getProjected()
              .getDefaultMode();
      assertThat(mode).isEqualTo(0440);
    }

    @Test
    void the_network_lets_in_clients_and_lets_out_nothing() {
      var policy = manifests.only(NetworkPolicy.class).getSpec();
      assertThat(policy.getPodSelector().getMatchLabels()).isEqualTo(LABEL);
      assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
      assertThat(policy.getEgress()).isEmpty();
      assertThat(policy.getIngress()).hasSize(1);
      assertThat(policy.getIngress().get(0).getFrom()).hasSize(1);
      assertThat(policy.getIngress().get(0).getPorts())
          .singleElement()
          .satisfies(port -> assertThat(port.getPort().getStrVal()).isEqualTo("resp"));
    }

    @Test
    void the_password_in_the_repository_is_none() {
      Map<String, String> secret = manifests.only(Secret.class).getStringData();
      assertThat(secret)
          .containsEntry("password", "change-me")
          .containsEntry("auth.conf", "requirepass change-me");
    }
  }

  @Nested
  class Running {
    @Test
    void there_are_three_probes_by_commands_of_the_image() {
      assertThat(probes())
          .allSatisfy(
              probe -> {
                assertThat(probe.getExec().getCommand().get(0))
                    .isEqualTo("/opt/respite/bin/respite-ping");
                // The script waits for three seconds, and ends before it is ended.
                assertThat(probe.getTimeoutSeconds()).isGreaterThan(3);
                assertThat(probe.getPeriodSeconds()).isPositive();
              });
      assertThat(container.getLivenessProbe().getExec().getCommand()).contains("--alive");
      assertThat(container.getReadinessProbe().getExec().getCommand()).doesNotContain("--alive");
    }

    @Test
    void processors_and_memory_are_asked_for_and_bounded() {
      Map<String, Quantity> requests = container.getResources().getRequests();
      Map<String, Quantity> limits = container.getResources().getLimits();
      assertThat(requests).containsKeys("cpu", "memory");
      assertThat(limits).containsKeys("cpu", "memory");
      // The heap is sized by the limit when the server starts: it must be there to be had.
      assertThat(limits.get("memory")).isEqualTo(requests.get("memory"));
      assertThat(Quantity.getAmountInBytes(limits.get("memory")))
          .isEqualTo(BigDecimal.valueOf(1L << 30));
    }

    @Test
    void names_and_labels_find_one_another() {
      assertThat(set.getSpec().getSelector().getMatchLabels()).isEqualTo(LABEL);
      assertThat(set.getSpec().getTemplate().getMetadata().getLabels()).isEqualTo(LABEL);
      assertThat(manifests.each(Service.class))
          .allSatisfy(service -> assertThat(service.getSpec().getSelector()).isEqualTo(LABEL))
          .allSatisfy(
              service ->
                  assertThat(service.getSpec().getPorts().get(0).getTargetPort().getStrVal())
                      .isEqualTo(container.getPorts().get(0).getName()))
          .filteredOn(service -> "None".equals(service.getSpec().getClusterIP()))
          .singleElement()
          .satisfies(
              service ->
                  assertThat(service.getMetadata().getName())
                      .isEqualTo(set.getSpec().getServiceName()));
      var budget = manifests.only(PodDisruptionBudget.class).getSpec();
      assertThat(budget.getSelector().getMatchLabels()).isEqualTo(LABEL);
      assertThat(budget.getMinAvailable().getIntVal()).isEqualTo(set.getSpec().getReplicas());
      List<String> volumes = new ArrayList<>();
      pod.getVolumes().forEach(volume -> volumes.add(volume.getName()));
      set.getSpec()
          .getVolumeClaimTemplates()
          .forEach(claim -> volumes.add(claim.getMetadata().getName()));
      assertThat(container.getVolumeMounts())
          .extracting(VolumeMount::getName)
          .containsExactlyInAnyOrderElementsOf(volumes);
    }
  }

  /** The server as the manifests start it, with its paths moved into a folder. */
  @Nested
  class Starting {
    @TempDir private Path folder;

    private String moved(String text) {
      return text.replace("/etc/respite", folder.resolve("etc").toString())
          .replace("/opt/respite/bin", ROOT.resolve("server/bin").toString())
          .replaceAll("(^|\\s)/data", "$1" + folder.resolve("data"));
    }

    /** Puts the files where the pod's volume would. */
    private void mount() throws IOException {
      Files.createDirectories(folder.resolve("data"));
      var projected =
          pod.getVolumes().stream()
              .filter(volume -> volume.getProjected() != null)
              .findFirst()
              .orElseThrow()
              .getProjected();
      Map<String, String> config = manifests.only(ConfigMap.class).getData();
      Map<String, String> secret = manifests.only(Secret.class).getStringData();
      for (var source : projected.getSources()) {
        if (source.getConfigMap() != null) {
          for (String name : config.keySet()) {
            write(name, config.get(name));
          }
        } else {
          for (var item : source.getSecret().getItems()) {
            write(item.getPath(), secret.get(item.getKey()));
          }
        }
      }
    }

    private void write(String name, String text) throws IOException {
      Path file = folder.resolve("etc").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, moved(text));
    }

    private Map<String, String> environment() {
      return Map.of(
          container.getEnv().get(0).getName(), moved(container.getEnv().get(0).getValue()));
    }

    private int probe(Probe probe, ServerProcess server, Map<String, String> environment)
        throws Exception {
      List<String> command = new ArrayList<>();
      probe.getExec().getCommand().forEach(word -> command.add(moved(word)));
      command.addAll(List.of("--port", Integer.toString(server.port)));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.environment().putAll(environment);
      Process process = builder.start();
      // A busy machine that builds is no reason to fail; the probe's own time-out is looked at
      // above.
      assertThat(process.waitFor(ServerProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Test
    void the_configuration_is_accepted_and_the_probes_tell_how_it_is() throws Exception {
      mount();
      List<String> arguments = container.getArgs().stream().map(this::moved).toList();
      ServerProcess server =
          ServerProcess.launch(
              ServerProcess.LAUNCHER, arguments, environment(), "--bind", "127.0.0.1");
      try (server) {
        server.awaitAnswer();
        for (Probe probe : probes()) {
          assertThat(probe(probe, server, environment())).isZero();
        }
        assertThat(server.ask("PING").text()).startsWith("NOAUTH");
        try (var client = new RespClient(server.port)) {
          assertThat(client.ask("AUTH", "change-me").text()).isEqualTo("OK");
          assertThat(client.ask("CONFIG", "GET", "maxclients").toString()).contains("2000");
          assertThat(client.ask("CONFIG", "GET", "dir").toString())
              .contains(folder.resolve("data").toString());
          assertThat(client.ask("SET", "a", "b").text()).isEqualTo("OK");
        }
        assertThat(folder.resolve("data/appendonlydir")).isDirectory();

        // Who does not know the password sees a server that lives, and no more.
        assertThat(probe(container.getLivenessProbe(), server, Map.of())).isZero();
        assertThat(probe(container.getReadinessProbe(), server, Map.of())).isEqualTo(1);

        server.freeze();
        assertThat(probe(container.getReadinessProbe(), server, environment())).isEqualTo(1);
        assertThat(probe(container.getLivenessProbe(), server, environment())).isEqualTo(1);
        server.thaw();
      }
      assertThat(probe(container.getLivenessProbe(), server, environment())).isEqualTo(1);
    }
  }
}
