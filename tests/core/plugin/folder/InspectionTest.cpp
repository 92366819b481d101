#include <cppunit/extensions/HelperMacros.h>

#include "core/plugin/PluginFolder.h"
#include "plugin/folder/Inspection.h"
#include "plugin/settings/PluginLimits.h"

using namespace chat::plugin;

class InspectionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(InspectionTest);
  CPPUNIT_TEST(listsPropertiesWithoutRunning);
  CPPUNIT_TEST(namesPropertiesWithBadValues);
  CPPUNIT_TEST_SUITE_END();

 public:
  void listsPropertiesWithoutRunning() {
    PluginFolder folder;
    folder.add("good");
    folder.add("open");
    folder.write("text.so", "text");
    const auto files = inspectFolder(folder.folder());
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, files.size());
    CPPUNIT_ASSERT_EQUAL(std::string(), files[0].refusal);
    CPPUNIT_ASSERT(files[1].refusal.find("exports") != std::string::npos);
    CPPUNIT_ASSERT(files[1].identity && !files[2].identity);
    std::vector<std::string> expected = {"good.greeting", "good.limit", "good.loud"};
    for (const auto* const prefix : {"plugin.good.", "plugin.open."}) {
      for (const auto& limit : PluginLimits::declarations()) expected.push_back(prefix + limit.key);
    }
    CPPUNIT_ASSERT(declaredProperties(files) == expected);
    CPPUNIT_ASSERT(PluginFolder::contents("/proc/self/maps").find(folder.folder().string()) == std::string::npos);
  }

  void namesPropertiesWithBadValues() {
    PluginFolder folder;
    folder.add("good");
    folder.properties = {{"good.limit", "0"}, {"plugin.good.threads", "many"}, {"good.greeting", "hi"}};
    const std::vector<std::string> expected = {
        "the property good.limit must be an integer from 1 to 100, not '0'",
        "the property plugin.good.threads must be an integer from 1 to 256, not 'many'"};
    CPPUNIT_ASSERT(propertyFaults(inspectFolder(folder.folder()), folder.options().properties) == expected);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InspectionTest);
