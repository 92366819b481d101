#include <cppunit/extensions/HelperMacros.h>

#include <vector>

#include "app/settings/NearestName.h"

using chat::app::nearestName;

class NearestNameTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NearestNameTest);
  CPPUNIT_TEST(findsWhatWasMeant);
  CPPUNIT_TEST(findsNothingFarAway);
  CPPUNIT_TEST_SUITE_END();

 public:
  void findsWhatWasMeant() {
    for (const auto& [written, meant] : std::vector<std::pair<std::string, std::string>>{
             {"server.prot", "server.port"},
             {"server.Port", "server.port"},
             {"sever.port", "server.port"},
             {"server.portfile", "server.portFile"},
             {"engine.pingIntervall", "engine.pingInterval"},
             {"pingInterval", "engine.pingInterval"},
             {"socketio.pingInterval", "engine.pingInterval"},
         }) {
      CPPUNIT_ASSERT_EQUAL(meant, nearestName(written, _names));
    }
  }

  void findsNothingFarAway() {
    CPPUNIT_ASSERT_EQUAL(std::string(), nearestName("quite.different", _names));
    CPPUNIT_ASSERT_EQUAL(std::string(), nearestName("x", _names));
  }

 private:
  const std::vector<std::string> _names{"server.port", "server.portFile", "engine.pingInterval", "engine.pingTimeout"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(NearestNameTest);
