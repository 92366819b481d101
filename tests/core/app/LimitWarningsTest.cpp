#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>

#include "app/settings/LimitWarnings.h"

namespace chat::app {

class LimitWarningsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LimitWarningsTest);
  CPPUNIT_TEST(sufficientLimitsGiveNoWarning);
  CPPUNIT_TEST(saysWhatIsMissingAndWhatToSet);
  CPPUNIT_TEST(comparesWithTheConnectionsThatAreAllowed);
  CPPUNIT_TEST(raisesTheSoftLimit);
  CPPUNIT_TEST_SUITE_END();

 public:
  void sufficientLimitsGiveNoWarning() {
    CPPUNIT_ASSERT(warningsOf({65'536, 4096}, 0).empty());
    CPPUNIT_ASSERT(warningsOf({1'000'000, std::nullopt}, 0).empty());
    CPPUNIT_ASSERT(warningsOf({20'000, 4096}, 10'000).empty());
  }

  void saysWhatIsMissingAndWhatToSet() {
    const auto warnings = warningsOf({20'000, 128}, 0);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, warnings.size());
    CPPUNIT_ASSERT(warnings[0].find("20000") != std::string::npos);
    CPPUNIT_ASSERT(warnings[0].find("LimitNOFILE=") != std::string::npos);
    CPPUNIT_ASSERT(warnings[1].find("net.core.somaxconn is 128") != std::string::npos);
  }

  void comparesWithTheConnectionsThatAreAllowed() {
    const auto warnings = warningsOf({100'000, 4096}, 100'000);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, warnings.size());
    CPPUNIT_ASSERT(warnings[0].find("limits.connections is 100000") != std::string::npos);
  }

  void raisesTheSoftLimit() {
    rlimit before{};
    CPPUNIT_ASSERT_EQUAL(0, getrlimit(RLIMIT_NOFILE, &before));
    rlimit lowered = before;
    lowered.rlim_cur = before.rlim_max / 2;
    CPPUNIT_ASSERT_EQUAL(0, setrlimit(RLIMIT_NOFILE, &lowered));
    const auto claimed = net::claimSystemLimits();
    rlimit after{};
    getrlimit(RLIMIT_NOFILE, &after);
    setrlimit(RLIMIT_NOFILE, &before);
    CPPUNIT_ASSERT_EQUAL(before.rlim_max, after.rlim_cur);
    CPPUNIT_ASSERT_EQUAL(static_cast<std::uint64_t>(before.rlim_max), claimed.descriptors);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LimitWarningsTest);

}  // namespace chat::app
