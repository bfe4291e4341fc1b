package io.respite.jcache;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ObjectInputStream;

/** The provider's layers: which package may know which. */
@AnalyzeClasses(packages = "io.respite.jcache", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String BASE = "io.respite.jcache";
  private static final String[] EVERYWHERE = {"java..", "javax.cache..", "org.slf4j.."};

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(BASE + ".(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nobodyDependsOnTheRoot =
      noClasses()
          .that()
          .resideInAnyPackage(BASE + ".*..")
          .and()
          .resideOutsideOfPackages(BASE + ".annotation", BASE + ".cdi")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE);

  @ArchTest
  static final ArchRule annotationsUseThePublicFaceAndNoContainer =
      classes()
          .that()
          .resideInAPackage(BASE + ".annotation")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(with(EVERYWHERE, BASE, BASE + ".annotation", BASE + ".codec"));

  @ArchTest
  static final ArchRule theContainersPartUsesThePublicFaceAnnotationsAndConfiguration =
      classes()
          .that()
          .resideInAPackage(BASE + ".cdi")
          .and()
          .doNotHaveSimpleName("MicroProfileSettings")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              with(
                  EVERYWHERE,
                  "jakarta..",
                  BASE,
                  BASE + ".annotation",
                  BASE + ".cdi",
                  BASE + ".config"));

  @ArchTest
  static final ArchRule oneClassKnowsMicroProfile =
      noClasses()
          .that()
          .doNotHaveSimpleName("MicroProfileSettings")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.microprofile..");

  @ArchTest
  static final ArchRule onePackageKnowsContainers =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".cdi")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta..");

  @ArchTest
  static final ArchRule operationsKnowTheNounsAndTheStoreInterface =
      onlyDepends(
          "operation",
          "store",
          "event",
          "expiry",
          "integration",
          "processor",
          "management",
          "codec");

  @ArchTest static final ArchRule expirySpeaksInTheStoresCodes = onlyDepends("expiry", "store");
  @ArchTest static final ArchRule eventsStandAlone = onlyDepends("event");
  @ArchTest static final ArchRule integrationStandsAlone = onlyDepends("integration");
  @ArchTest static final ArchRule processorsStandAlone = onlyDepends("processor");

  @ArchTest
  static final ArchRule managementKnowsTheJdkOnly =
      classes()
          .that()
          .resideInAPackage(BASE + ".management")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(with(EVERYWHERE, "javax.management..", BASE + ".management"));

  @ArchTest
  static final ArchRule theStoreInterfaceKnowsNoJCacheButItsException =
      classes()
          .that()
          .resideInAPackage(BASE + ".store")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "javax.cache", BASE + ".store", BASE + ".codec");

  @ArchTest
  static final ArchRule theEmbeddedStoreKnowsTheStoreInterfaceAndTheEngine =
      classes()
          .that()
          .resideInAPackage(BASE + ".store.embedded")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.slf4j..",
              BASE + ".store",
              BASE + ".store.embedded",
              BASE + ".network",
              "io.respite.server..");

  @ArchTest
  static final ArchRule whatTheStoresNeedOfTheNetworkKnowsNeither =
      classes()
          .that()
          .resideInAPackage(BASE + ".network")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", BASE + ".network", "io.netty.util..");

  @ArchTest
  static final ArchRule theRemoteStoreKnowsTheStoreInterfaceAndItsCarriers =
      classes()
          .that()
          .resideInAPackage(BASE + ".store.remote")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.slf4j..",
              BASE + ".store",
              BASE + ".store.remote..",
              BASE + ".network",
              BASE + ".config",
              "com.github.benmanes.caffeine.cache..");

  @ArchTest
  static final ArchRule whatIsSaidToDatastoresKnowsNobodyWhoCarriesIt =
      classes()
          .that()
          .resideInAPackage(BASE + ".store.remote.wire")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", BASE + ".store", BASE + ".store.remote.wire");

  @ArchTest
  static final ArchRule directLinesUseTheJdkOnly =
      classes()
          .that()
          .resideInAPackage(BASE + ".store.remote.direct")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.slf4j..",
              BASE + ".store",
              BASE + ".store.remote.wire",
              BASE + ".store.remote.direct",
              BASE + ".config");

  @ArchTest
  static final ArchRule onePackageKnowsLettuce =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".store.remote.lettuce")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");

  @ArchTest
  static final ArchRule twoPackagesKnowNetty =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + ".store.remote.lettuce", BASE + ".network")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule onlyTheEmbeddedStoreKnowsTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".store.embedded")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.respite.server..");

  @ArchTest
  static final ArchRule codecsKnowTheJdkOnly =
      classes()
          .that()
          .resideInAPackage(BASE + ".codec")
          .and()
          .doNotHaveSimpleName("JsonCodec")
          .and()
          .doNotHaveSimpleName("ForyCodec")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "javax.cache.annotation", BASE + ".codec");

  @ArchTest
  static final ArchRule oneCodecUsesJackson =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".config")
          .and()
          .doNotHaveSimpleName("JsonCodec")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule oneCodecUsesFory =
      noClasses()
          .that()
          .doNotHaveSimpleName("ForyCodec")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.fory..");

  @ArchTest
  static final ArchRule oneClassReadsSerializedObjects =
      noClasses()
          .that(are(outsideOf("io.respite.jcache.codec.JavaCodec")))
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class);

  @ArchTest
  static final ArchRule jsonNeverChoosesItsClass =
      noClasses()
          .should()
          .callMethodWhere(defaultTyping())
          .because("the bytes must not choose the class");

  @ArchTest
  static final ArchRule nobodyPrints =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule internalPackagesAreNotInTheFaceOfPublicClasses =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".codec")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(BASE + ".operation..", BASE + ".store..", BASE + ".config.."));

  @ArchTest
  static final ArchRule everyPackageIntroducesItself =
      classes()
          .that()
          .doNotHaveModifier(JavaModifier.SYNTHETIC)
          .should(
              new ArchCondition<JavaClass>("be in a package with a package-info") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  String file = "/" + type.getPackageName().replace('.', '/');
                  boolean found =
                      java.nio.file.Files.exists(
                          java.nio.file.Path.of("src/main/java" + file + "/package-info.java"));
                  events.add(
                      new SimpleConditionEvent(
                          type, found, type.getPackageName() + " has no package-info.java"));
                }
              });

  private static ArchRule onlyDepends(String from, String... to) {
    String[] allowed = new String[to.length + 1];
    allowed[0] = BASE + "." + from;
    for (int i = 0; i < to.length; i++) {
      allowed[i + 1] = BASE + "." + to[i];
    }
    return classes()
        .that()
        .resideInAPackage(BASE + "." + from)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(with(EVERYWHERE, allowed));
  }

  private static String[] with(String[] some, String... more) {
    String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  private static DescribedPredicate<JavaClass> outsideOf(String type) {
    return DescribedPredicate.describe(
        "outside of " + type,
        candidate ->
            !candidate.getName().equals(type) && !candidate.getName().startsWith(type + "$"));
  }

  private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaMethodCall>
      defaultTyping() {
    return DescribedPredicate.describe(
        "default typing of Jackson",
        call ->
            call.getTargetOwner().getPackageName().startsWith("com.fasterxml.jackson")
                && call.getName().matches("(activate|enable)DefaultTyping.*|setDefaultTyping"));
  }
}
