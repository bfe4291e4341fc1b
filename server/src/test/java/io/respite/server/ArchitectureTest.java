package io.respite.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The layout of the server, as a test: which package may know which. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArchitectureTest {
  private static JavaClasses server;

  @BeforeAll
  static void read() {
    server =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.respite.server");
  }

  @Test
  void dependencies_point_downward() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("root")
        .definedBy("io.respite.server")
        .optionalLayer("net")
        .definedBy("io.respite.server.net..")
        .optionalLayer("transaction")
        .definedBy("io.respite.server.transaction..")
        .optionalLayer("script")
        .definedBy("io.respite.server.script..")
        .optionalLayer("persistence")
        .definedBy("io.respite.server.persistence..")
        .optionalLayer("pubsub")
        .definedBy("io.respite.server.pubsub..")
        .optionalLayer("family")
        .definedBy("io.respite.server.command.family..")
        .layer("command")
        .definedBy("io.respite.server.command")
        .layer("keyspace")
        .definedBy("io.respite.server.keyspace..")
        .optionalLayer("rdb")
        .definedBy("io.respite.server.rdb..")
        .layer("aof")
        .definedBy("io.respite.server.aof..")
        .layer("type")
        .definedBy("io.respite.server.type..")
        .layer("encoding")
        .definedBy("io.respite.server.encoding..")
        .whereLayer("root")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("net")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("transaction")
        .mayOnlyBeAccessedByLayers("root", "net")
        .whereLayer("pubsub")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("script")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("persistence")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("family")
        .mayOnlyBeAccessedByLayers("root", "net", "transaction", "pubsub", "script", "persistence")
        .whereLayer("command")
        .mayOnlyBeAccessedByLayers(
            "root", "net", "transaction", "pubsub", "script", "persistence", "family")
        .whereLayer("keyspace")
        .mayOnlyBeAccessedByLayers(
            "root", "net", "transaction", "pubsub", "script", "persistence", "family", "command")
        .whereLayer("rdb")
        .mayOnlyBeAccessedByLayers("root", "script", "persistence", "family")
        .whereLayer("aof")
        .mayOnlyBeAccessedByLayers("root", "persistence")
        .whereLayer("type")
        .mayOnlyBeAccessedByLayers(
            "root",
            "net",
            "transaction",
            "pubsub",
            "script",
            "persistence",
            "family",
            "command",
            "keyspace",
            "rdb",
            "aof")
        .whereLayer("encoding")
        .mayOnlyBeAccessedByLayers(
            "root",
            "net",
            "transaction",
            "pubsub",
            "script",
            "persistence",
            "family",
            "command",
            "keyspace",
            "rdb",
            "aof",
            "type")
        .check(server);
  }

  @Test
  void lua_knows_nothing_but_the_jdk_and_its_translation_the_writer_of_bytecode() {
    classes()
        .that()
        .resideInAPackage("io.respite.server.lua.translation")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "io.respite.server.lua..", "org.objectweb.asm")
        .check(server);
    classes()
        .that()
        .resideInAPackage("io.respite.server.lua..")
        .and()
        .resideOutsideOfPackage("io.respite.server.lua.translation")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "io.respite.server.lua..")
        .check(server);
  }

  @Test
  void families_do_not_know_each_other() {
    slices()
        .matching("io.respite.server.command.family.(*)..")
        .should()
        .notDependOnEachOther()
        .check(server);
  }

  @Test
  void packages_form_no_cycles() {
    slices().matching("io.respite.server.(**)").should().beFreeOfCycles().check(server);
  }

  @Test
  void metrics_is_a_leaf_and_config_knows_the_environment_and_pure_structures_alone() {
    noClasses()
        .that()
        .resideInAPackage("..metrics..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.respite.server..")
                .and(not(resideInAnyPackage("io.respite.server.metrics.."))))
        .check(server);
    onlyDependsOnServer(
        "io.respite.server.config..",
        "io.respite.server.environment..",
        "io.respite.server.encoding..",
        "io.respite.server.config..");
  }

  @Test
  void the_append_only_files_formats_know_values_and_no_keyspace() {
    onlyDependsOnServer(
        "io.respite.server.aof..",
        "io.respite.server.environment..",
        "io.respite.server.encoding..",
        "io.respite.server.config..",
        "io.respite.server.type..",
        "io.respite.server.aof..");
  }

  private static void onlyDependsOnServer(String from, String... allowed) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.respite.server..").and(not(resideInAnyPackage(allowed))))
        .check(server);
  }

  @Test
  void pure_structures_use_the_jdk_and_chance_alone() {
    classes()
        .that()
        .resideInAPackage("io.respite.server.encoding..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..", "io.respite.server.encoding..", "io.respite.server.environment.."))
        .check(server);
  }

  @Test
  void families_do_not_know_the_network() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.respite.server.net..", "io.respite.server")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(server);
  }

  @Test
  void every_package_introduces_itself() {
    ArchCondition<JavaClass> haveAPackageInfo =
        new ArchCondition<>("lie in a package with a package-info") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            JavaPackage home = type.getPackage();
            Path file =
                Path.of("src/main/java", home.getName().replace('.', '/'), "package-info.java");
            boolean introduced = Files.exists(file);
            if (!introduced) {
              events.add(
                  SimpleConditionEvent.violated(
                      type, home.getName() + " has no package-info.java"));
            }
          }
        };
    classes().should(haveAPackageInfo).check(server);
  }

  @Test
  void time_files_and_chance_come_through_the_seams() {
    ArchRule clocks =
        noClasses()
            .that()
            .resideOutsideOfPackage("io.respite.server.environment..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.SplittableRandom")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");
    clocks.check(server);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.respite.server.environment..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.file.Files")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.channels.FileChannel")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.FileOutputStream")
        .check(server);
  }

  @Test
  void nothing_deserializes_objects() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .check(server);
  }

  @Test
  void only_the_command_line_writes_to_the_standard_streams() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS
        .because("only programs and the log's sink talk to a terminal")
        .check(
            server.that(
                describe(
                    "outside the command line",
                    c ->
                        !c.getFullName().startsWith("io.respite.server.Main")
                            && !c.getFullName().equals("io.respite.server.CheckRdb")
                            && !c.getFullName().equals("io.respite.server.CheckAof"))));
  }

  @Test
  void errors_have_names() {
    noClasses()
        .should()
        .callConstructor(RuntimeException.class)
        .orShould()
        .callConstructor(RuntimeException.class, String.class)
        .orShould()
        .callConstructor(RuntimeException.class, String.class, Throwable.class)
        .orShould()
        .callConstructor(RuntimeException.class, Throwable.class)
        .check(server);
  }
}
