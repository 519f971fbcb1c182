import focuspuller_nuke

focuspuller_nuke.add_menu()
