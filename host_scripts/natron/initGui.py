import focuspuller_natron

focuspuller_natron.add_menu()
