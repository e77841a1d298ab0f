package dev.gap.tcp.engine;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.AccessTarget.Predicates.constructor;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.AndFullName.Predicates.fullName;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

/**
 * The wall between protocol and world: an engine never reads a clock, opens a socket, starts a thread, takes a lock or draws
 * randomness by itself.
 */
@AnalyzeClasses(packages = "dev.gap.tcp.engine", importOptions = ImportOption.DoNotIncludeTests.class)
public final class EnginePurityTest {
  @ArchTest
  public static final ArchRule OPENS_NO_SOCKET = noClasses().should()
      .dependOnClassesThat().haveNameMatching("java\\.net\\.(?!InetSocketAddress$).*Socket.*")
      .orShould().dependOnClassesThat().resideInAnyPackage("java.nio.channels..", "javax.net..");

  @ArchTest
  public static final ArchRule STARTS_NO_THREAD = noClasses().should()
      .dependOnClassesThat().areAssignableTo(Thread.class)
      .orShould().dependOnClassesThat().areAssignableTo(Timer.class);

  @ArchTest
  public static final ArchRule USES_NO_LOCK_ATOMIC_OR_EXECUTOR = noClasses().should()
      .dependOnClassesThat(resideInAPackage("java.util.concurrent..").and(not(assignableTo(TimeUnit.class))));

  @ArchTest
  public static final ArchRule HAS_NO_SYNCHRONIZED_METHOD = noMethods().should()
      .haveModifier(JavaModifier.SYNCHRONIZED);

  @ArchTest
  public static final ArchRule WAITS_FOR_NOBODY = noClasses().should()
      .callMethodWhere(targetOwner(type(Object.class)).and(target(name("wait"))))
      .orShould().callMethodWhere(targetOwner(type(Object.class)).and(target(name("notify"))))
      .orShould().callMethodWhere(targetOwner(type(Object.class)).and(target(name("notifyAll"))));

  @ArchTest
  public static final ArchRule READS_NO_CLOCK = noClasses().should()
      .accessTargetWhere(targetOwner(type(System.class)).and(target(name("nanoTime"))))
      .orShould().accessTargetWhere(targetOwner(type(System.class)).and(target(name("currentTimeMillis"))))
      .orShould().accessTargetWhere(targetOwner(resideInAPackage("java.time..")).and(target(name("now"))))
      .orShould().dependOnClassesThat().areAssignableTo(Clock.class);

  @ArchTest
  public static final ArchRule DRAWS_NO_RANDOMNESS = noClasses().should()
      .accessTargetWhere(target(name("random")).and(targetOwner(type(Math.class).or(type(StrictMath.class)))))
      .orShould().accessTargetWhere(target(fullName("java.util.Random.<init>()")))
      .orShould().accessTargetWhere(target(fullName("java.util.SplittableRandom.<init>()")))
      .orShould().accessTargetWhere(targetOwner(assignableTo(SecureRandom.class)).and(target(constructor())))
      .orShould().accessTargetWhere(targetOwner(type(SecureRandom.class)).and(target(name("getInstanceStrong"))))
      .orShould().callMethod(RandomGenerator.class, "getDefault")
      .orShould().callMethod(UUID.class, "randomUUID");
}
